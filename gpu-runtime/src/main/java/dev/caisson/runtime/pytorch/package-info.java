/// Trains ONNX graphs with PyTorch's native library, through DJL. The graph, the loss, the gradient
/// and the optimiser become one TorchScript program, so that dozens of steps are one native call.
/// DJL stops here. Read [PyTorchEngine], then [ScriptWriter] (what is generated) and [TorchProgram]
/// (how it runs).
///
/// To add an operation, write it in the file of its group (`...Operations`), its rule in `shape`,
/// and where it has weights add it to `Role` in `onnx`.
@NullMarked
package dev.caisson.runtime.pytorch;

import org.jspecify.annotations.NullMarked;
