package dev.caisson.runtime.onnx;

/// What a model file may ask of us, checked before anything is allocated for it.
///
/// @param bytes size of the file; protobuf itself ends at 2 GiB
/// @param nodes operations in the graph; a ResNet-152 has about 500, a 24-layer Transformer 2,000
/// @param fields protobuf fields in all, each of which may become an object of up to about 150
///   bytes
/// @param parameters trainable numbers; they become one `float[]`
public record Limits(long bytes, int nodes, int fields, long parameters) {
  /// 1 GiB, 20,000 nodes, 400,000 fields, 256 Mi parameters.
  public static final Limits DEFAULT = new Limits(1L << 30, 20_000, 400_000, 1L << 28);

  /// For a researcher's own files on a machine of their own: all that Java's arrays and protobuf
  /// can hold, 50,000 nodes, 2,000,000 fields. Numbers in data files beside the model count as
  /// parameters, not as bytes.
  public static final Limits LOCAL =
      new Limits(Integer.MAX_VALUE - 8, 50_000, 2_000_000, Integer.MAX_VALUE - 8);

  /// For models of studies, with at most so many parameters: [#DEFAULT] else, and a [Container]'s
  /// weights count as parameters, not as bytes.
  public static Limits ofStudy(int parameters) {
    return new Limits(DEFAULT.bytes, DEFAULT.nodes, DEFAULT.fields, parameters);
  }

  public Limits {
    if (bytes < 1 || bytes > Integer.MAX_VALUE - 8 || nodes < 1 || fields < 1 || parameters < 1) {
      throw new IllegalArgumentException(
          "limits must be positive and bytes below 2 GiB, got %d bytes, %d nodes, %d fields, %d parameters"
              .formatted(bytes, nodes, fields, parameters));
    }
  }
}
