package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Protobuf to records, for bytes that [WireScan] has bounded. Checks versions and domains; the
/// order of the graph is [Topology]'s.
final class GraphDecoder {
  static final int OLDEST_OPSET = 13;
  static final int NEWEST_OPSET = 21;

  private GraphDecoder() {}

  /// @param exporterKinds what PyTorch's exporter says of a value: PARAMETER, BUFFER and others
  /// @param origin who wrote the file and from what
  record Decoded(
      Graph graph,
      int opset,
      Map<String, String> metadata,
      Map<String, String> exporterKinds,
      ExportOrigin origin) {}

  /// The tensors are views of the file's bytes and no copies, which would be gigabytes: whoever
  /// hands them over leaves them alone.
  static Decoded decode(byte[] file, ExternalData external) throws InvalidModelException {
    OnnxMl.ModelProto model;
    try {
      CodedInputStream bytes = UnsafeByteOperations.unsafeWrap(file).newCodedInput();
      bytes.enableAliasing(true);
      model = DiscardUnknownFieldsParser.wrap(OnnxMl.ModelProto.parser()).parseFrom(bytes);
      bytes.checkLastTagWas(0); // as parsing an array does: an end of group is no end of a file
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidModelException("not an ONNX file: its protobuf bytes do not parse", e);
    }
    int opset = opset(model);
    OnnxMl.GraphProto graph = model.getGraph();
    List<Tensor> initializers = new ArrayList<>();
    for (OnnxMl.TensorProto tensor : graph.getInitializerList()) {
      initializers.add(
          TensorDecoder.decode(tensor, external, "initializer '%s'".formatted(tensor.getName())));
    }
    Map<String, String> metadata = new HashMap<>();
    model.getMetadataPropsList().forEach(e -> metadata.put(e.getKey(), e.getValue()));
    return new Decoded(
        new Graph(
            graph.getName(),
            inputs(graph, initializers),
            values(graph.getOutputList()),
            nodes(graph),
            initializers),
        opset,
        Map.copyOf(metadata),
        exporterKinds(graph),
        ExportOrigin.of(model));
  }

  private static Map<String, String> exporterKinds(OnnxMl.GraphProto graph) {
    Map<String, String> kinds = new HashMap<>();
    for (OnnxMl.ValueInfoProto value : graph.getValueInfoList()) {
      for (OnnxMl.StringStringEntryProto entry : value.getMetadataPropsList()) {
        if (entry.getKey().equals("pkg.torch.export.graph_signature.InputSpec.kind")) {
          kinds.put(value.getName(), entry.getValue());
        }
      }
    }
    return kinds;
  }

  private static int opset(OnnxMl.ModelProto model) throws InvalidModelException {
    long opset = 0;
    for (OnnxMl.OperatorSetIdProto set : model.getOpsetImportList()) {
      if (isDefault(set.getDomain())) {
        opset = set.getVersion();
      }
    }
    if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
      throw new InvalidModelException(
          "the file uses opset %d of the default domain, Caisson reads %d to %d; export again with opset_version=20"
              .formatted(opset, OLDEST_OPSET, NEWEST_OPSET));
    }
    return (int) opset;
  }

  private static boolean isDefault(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  private static List<ValueInfo> inputs(OnnxMl.GraphProto graph, List<Tensor> initializers)
      throws InvalidModelException {
    Set<String> stored = new HashSet<>();
    initializers.forEach(tensor -> stored.add(tensor.name()));
    return values(graph.getInputList()).stream().filter(v -> !stored.contains(v.name())).toList();
  }

  private static List<ValueInfo> values(List<OnnxMl.ValueInfoProto> protos)
      throws InvalidModelException {
    List<ValueInfo> values = new ArrayList<>();
    for (OnnxMl.ValueInfoProto proto : protos) {
      OnnxMl.TypeProto.Tensor type = proto.getType().getTensorType();
      String where = "graph value '%s'".formatted(proto.getName());
      List<Long> dimensions = new ArrayList<>();
      for (OnnxMl.TensorShapeProto.Dimension dimension : type.getShape().getDimList()) {
        dimensions.add(
            switch (dimension.getValueCase()) {
              case DIM_VALUE -> dimension.getDimValue();
              case DIM_PARAM, VALUE_NOT_SET -> Shape.FREE;
            });
      }
      values.add(
          new ValueInfo(
              proto.getName(),
              ElementType.of(type.getElemType(), where),
              TensorDecoder.shape(dimensions, where),
              type.hasShape()));
    }
    return values;
  }

  private static List<Node> nodes(OnnxMl.GraphProto graph) throws InvalidModelException {
    List<Node> nodes = new ArrayList<>();
    for (OnnxMl.NodeProto proto : graph.getNodeList()) {
      String name = proto.getName().isEmpty() ? "#" + nodes.size() : proto.getName();
      String label = "node '%s' (%s)".formatted(name, proto.getOpType());
      if (!isDefault(proto.getDomain())) {
        throw new InvalidModelException(foreign(label, proto.getDomain()));
      }
      Map<String, Attribute> attributes = new HashMap<>();
      for (OnnxMl.AttributeProto attribute : proto.getAttributeList()) {
        String where = "%s: attribute '%s'".formatted(label, attribute.getName());
        if (attributes.put(attribute.getName(), attribute(attribute, where)) != null) {
          throw new InvalidModelException(where + " is given twice");
        }
      }
      nodes.add(
          new Node(
              name, proto.getOpType(), proto.getInputList(), proto.getOutputList(), attributes));
    }
    return nodes;
  }

  private static String foreign(String label, String domain) {
    return domain.startsWith("ai.onnx.ml")
        ? "%s is a classical model's operation (domain ai.onnx.ml), which cannot be trained further; bring the estimator as MatMul and Add, see docs/how-to/export-from-scikit-learn.md"
            .formatted(label)
        : "%s comes from the domain '%s'; only standard ONNX operations are read, so export without that library's own operations or optimisations"
            .formatted(label, domain);
  }

  private static Attribute attribute(OnnxMl.AttributeProto proto, String where)
      throws InvalidModelException {
    return switch (proto.getType()) {
      case FLOAT -> new Attribute.Real(proto.getF());
      case INT -> new Attribute.Whole(proto.getI());
      case STRING -> new Attribute.Text(proto.getS().toStringUtf8());
      case FLOATS -> new Attribute.Reals(proto.getFloatsList());
      case INTS -> new Attribute.Wholes(proto.getIntsList());
      case STRINGS ->
          new Attribute.Texts(
              proto.getStringsList().stream().map(ByteString::toStringUtf8).toList());
      case TENSOR ->
          new Attribute.Stored(
              TensorDecoder.decode(proto.getT(), ExternalData.NOT_IN_ATTRIBUTES, where));
      case UNDEFINED,
          TENSORS,
          GRAPH,
          GRAPHS,
          SPARSE_TENSOR,
          SPARSE_TENSORS,
          TYPE_PROTO,
          TYPE_PROTOS ->
          throw new InvalidModelException(
              "%s is of kind %s, which Caisson does not read".formatted(where, proto.getType()));
    };
  }
}
