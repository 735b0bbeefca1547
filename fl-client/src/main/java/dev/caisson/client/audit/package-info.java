/// The attacks on a finished model, run where the rows are. Only integers that secure aggregation
/// adds up leave; the custodian's own list stays. Read [LocalAudit].
@NullMarked
package dev.caisson.client.audit;

import org.jspecify.annotations.NullMarked;
