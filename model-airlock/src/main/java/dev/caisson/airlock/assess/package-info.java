/// One model with its rows at hand, from the file to the dossier: scan, canonicalise, sanitise,
/// open, read, score, doubt, search, attack, rule. Only the order of things lives here, and what
/// happens where one of them cannot be done; each thing has its own room. Read [Assessment] first.
@NullMarked
package dev.caisson.airlock.assess;

import org.jspecify.annotations.NullMarked;
