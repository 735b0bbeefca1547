/// Scores many rows with a model through ONNX Runtime: what the airlock and the sites measure is
/// what anybody else's ONNX Runtime would compute from the released file. No training here. Read
/// [Scorer].
@NullMarked
package dev.caisson.runtime.score;

import org.jspecify.annotations.NullMarked;
