/// What the modules' tests share: the architecture rules that every module checks itself against.
/// Never on the class path of anything that ships.
@NullMarked
package dev.caisson.testkit;

import org.jspecify.annotations.NullMarked;
