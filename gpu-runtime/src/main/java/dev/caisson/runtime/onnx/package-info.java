/// The ONNX graph as values: a file from outside is bounded, checked and turned into immutable
/// records, its trainable initializers laid out as one flat vector, and a vector written back so
/// that every other byte of the file, and of the data files beside it, stays as it was. Protobuf
/// stops here. Nothing here computes: engines live in `pytorch`, scoring in `score`. Read
/// [OnnxModel] first, then [ParameterLayout]; what trains is decided in `Trainable`. Models that
/// are only scored need less: [ScoringGraph] takes any, and cuts off what hides its scores.
@NullMarked
package dev.caisson.runtime.onnx;

import org.jspecify.annotations.NullMarked;
