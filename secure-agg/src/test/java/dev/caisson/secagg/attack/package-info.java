/// The attacks that the protocol is for, mounted: a hostile coordinator, site or backup against
/// honest sites, a class for each theme, and who notices with which message. What one phase makes
/// of one bad message is in the tests of the phases.
@NullMarked
package dev.caisson.secagg.attack;

import org.jspecify.annotations.NullMarked;
