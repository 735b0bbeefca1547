package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import java.nio.ByteBuffer;

/// Where a tensor's numbers come from if they are not in the model file.
interface ExternalData {
  /// For bytes that came without a folder.
  ExternalData NONE =
      (tensor, where, bytes) -> {
        throw new InvalidModelException(
            "%s keeps its numbers in another file (external data); read the model from its folder with that file beside it, or export again with external_data=False"
                .formatted(where));
      };

  /// For the values of attributes, which exporters keep in the model file.
  ExternalData NOT_IN_ATTRIBUTES =
      (tensor, where, bytes) -> {
        throw new InvalidModelException(
            "%s keeps its numbers in another file, which Caisson reads for initializers only; export again with external_data=False"
                .formatted(where));
      };

  /// The little-endian numbers of this tensor, exactly `bytes` long.
  ByteBuffer content(OnnxMl.TensorProto tensor, String where, long bytes)
      throws InvalidModelException;
}
