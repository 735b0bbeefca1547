/// The training-row scan: does a model keep rows or labels of its training table in its weights?
/// Runs where the rows are; only a [RowScanCount] leaves. What it cannot find is said in
/// [TrainingRowScan], which to read first.
@NullMarked
package dev.caisson.airlock.rows;

import org.jspecify.annotations.NullMarked;
