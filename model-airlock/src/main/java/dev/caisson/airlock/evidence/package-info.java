/// Is the evidence itself to be believed? Whether the model was asked as it was meant to be
/// ([Wiring], held against the researcher's [Claim]), whether rows are on both sides
/// ([Duplicates]), whether the sides differ without the model ([Shift]), and how often this was
/// tried before ([Attempts]); whether an attack ranks backwards, the policy says. Each gives
/// [dev.caisson.airlock.dossier.Check]s that pass or warn; what follows from a warning is the
/// policy's business, and what a model discloses that of `attack`, `rows` and `structure`. Read
/// [Wiring] first.
@NullMarked
package dev.caisson.airlock.evidence;

import org.jspecify.annotations.NullMarked;
