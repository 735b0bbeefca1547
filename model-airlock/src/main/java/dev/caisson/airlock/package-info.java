/// The model airlock: what a model would disclose, who decides, and the one signed way out. This
/// room holds the three words that all others share: [Finding], [Verdict] and [CanonicalJson]. In
/// order of use: `scan` and `archive` (the file), `payload` (bytes hidden in weights), `table` and
/// `mapping` (rows at hand, as a model sees them), `rows` (rows kept in weights and tables),
/// `structure` (what its kind discloses), `evidence` (is it to be believed), `attack` and
/// `statistics` (what an attacker can tell), `federated` (sums from sites), `policy`, `dossier`,
/// `assess` (all of these, for one model with its rows), `review`, `release`. Nothing here opens a
/// socket or reads a remote site's rows. Read [Verdict] first.
@NullMarked
package dev.caisson.airlock;

import org.jspecify.annotations.NullMarked;
