/// From real numbers to residues: clip, weigh, scale, round stochastically; refuse what does not
/// fit before anything is masked. Read [Input], then [Quantiser].
@NullMarked
package dev.caisson.secagg.encoding;

import org.jspecify.annotations.NullMarked;
