/// Trains ONNX graphs with DL4J. DL4J computes outputs and gradients; the loss and the optimiser's
/// steps are our own code, on the file's flat vector, and mean what they mean for PyTorch. ND4J's
/// types stay in [Network], [RunningVertex] and the operations that name a layer. Read
/// [Dl4jEngine], then [GraphMapper] (what becomes of the graph) and [Dl4jTrainer] (the loop).
///
/// To add an operation, write it in the file of its group (`...Operations`). What DL4J has no layer
/// for, or only one with another meaning, is a [VertexCode]. [Nd4jRuntime] loads ND4J, for the
/// processor or a GPU ([Backend]).
@NullMarked
package dev.caisson.runtime.dl4j;

import org.jspecify.annotations.NullMarked;
