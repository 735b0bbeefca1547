/// Scores many rows with a model through ONNX Runtime: what the airlock and the sites measure is
/// what anybody else's ONNX Runtime would compute from the released file. No training here. Read
/// [ModelSession] for models of any origin, [Scorer] for those that Caisson trains; `NativeModel`
/// is what both open.
@NullMarked
package dev.caisson.runtime.score;

import org.jspecify.annotations.NullMarked;
