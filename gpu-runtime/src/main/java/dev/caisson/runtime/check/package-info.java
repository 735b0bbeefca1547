/// What will and will not train in a model file, and why, in words that a researcher can act on.
/// Nothing here refuses or changes a model: the loader (`onnx`) and the engines do. Read
/// [ModelCheck] first; to add a finding, add a method to the class of its subject ([Wiring],
/// [Weights], [Export]) and a test with a file that has the fault.
@NullMarked
package dev.caisson.runtime.check;

import org.jspecify.annotations.NullMarked;
