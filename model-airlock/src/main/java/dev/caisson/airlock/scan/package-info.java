/// The look at an ONNX file before anything loads it: sizes, structure, and every place where bytes
/// could ride along unseen. Reads bytes only; loads, runs and resolves nothing. Protobuf stops at
/// `OnnxOutline`. What the weights *say* about people is not judged here: see `rows` and `attack`.
/// Read [OnnxFileScan] first, then [StoredTensor] for the values that the file keeps.
@NullMarked
package dev.caisson.airlock.scan;

import org.jspecify.annotations.NullMarked;
