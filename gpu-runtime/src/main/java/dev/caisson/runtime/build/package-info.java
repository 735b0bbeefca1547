/// Makes ONNX models from a few words and a seed, for people who bring no export of their own.
/// Reads nothing and trains nothing. Read [ModelSpec].
@NullMarked
package dev.caisson.runtime.build;

import org.jspecify.annotations.NullMarked;
