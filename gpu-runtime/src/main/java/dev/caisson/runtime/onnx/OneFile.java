package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;

/// Moves the numbers of data files into the model file.
final class OneFile {
  private OneFile() {}

  /// @param initializers of this very file, in its order
  static byte[] of(byte[] file, List<Tensor> initializers) throws InvalidModelException {
    OnnxMl.ModelProto.Builder model;
    try {
      model = OnnxMl.ModelProto.parseFrom(file).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("this file was parsed before", e);
    }
    long size = file.length;
    for (int i = 0; i < initializers.size(); i++) {
      OnnxMl.TensorProto.Builder tensor = model.getGraphBuilder().getInitializerBuilder(i);
      if (tensor.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL) {
        size += initializers.get(i).content().remaining();
        if (size > Limits.LOCAL.bytes()) {
          throw new InvalidModelException(
              "the model with its data files passes 2 GiB, which one ONNX file cannot hold");
        }
        tensor
            .clearExternalData()
            .clearDataLocation()
            .setRawData(ByteString.copyFrom(initializers.get(i).content()));
      }
    }
    return model.build().toByteArray();
  }
}
