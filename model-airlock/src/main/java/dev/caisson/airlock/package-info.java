/// The model airlock: what a model would disclose, who decides, and the one signed way out. This
/// room holds the three words that all others share: [Finding], [Verdict] and [CanonicalJson]. In
/// order of use: `scan` and `archive` (the file), `rows` (rows kept in weights and tables),
/// `payload` (bytes hidden in weights), `structure` (what its kind discloses), `attack` and
/// `statistics` (what an attacker can tell), `federated` (sums from sites), `dossier`, `review`,
/// `release`. Nothing here opens a socket or reads a remote site's rows. Read [Verdict] first.
@NullMarked
package dev.caisson.airlock;

import org.jspecify.annotations.NullMarked;
