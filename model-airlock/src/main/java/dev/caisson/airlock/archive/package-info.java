/// The look at model files other than ONNX before anything loads them: zip archives as DL4J and
/// PyTorch write them, parsed by hand. Archives become entries ([ZipFile]), entries become findings
/// and stored tensors. Pickles are read opcode by opcode and never run; Java-serialised objects are
/// refused unread. ONNX itself is `scan`. Read [ModelFileScan] first.
@NullMarked
package dev.caisson.airlock.archive;

import org.jspecify.annotations.NullMarked;
