/// What a model's structure alone discloses, before any attack: which kind it is, whether it keeps
/// persons (support vectors, neighbours), whether it has as many parameters as persons, how few
/// persons share a leaf or an output. Read [StructuralDisclosure] first.
@NullMarked
package dev.caisson.airlock.structure;

import org.jspecify.annotations.NullMarked;
