/// Makes ONNX models from a few words and a seed, for people who bring no export of their own:
/// linear stacks, convolutional networks, a ResNet-18, Transformer encoders. Trains nothing. Read
/// [Architecture], then [ModelSpec] for the smallest kind.
@NullMarked
package dev.caisson.runtime.build;

import org.jspecify.annotations.NullMarked;
