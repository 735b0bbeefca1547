package dev.caisson.airlock.scan;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.caisson.airlock.Finding;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the scan needs to know of a parsed model, in our own words. The only class of this room
/// that touches the ONNX protobuf types. Made only after [WireCensus] has bounded the file.
record OnnxOutline(
    long irVersion,
    List<Opset> opsets,
    Graph graph,
    int functions,
    int trainingInfos,
    List<Text> texts,
    boolean canonical) {

  /// An operator's words (`mode`, `equation`) are shorter.
  private static final int LONG_WORD = 256;

  /// No tensor of a real model has more; one more is read, so that the excess shows.
  static final int MOST_DIMS = 16;

  record Opset(String domain, long version) {}

  /// Free text that no computation needs.
  record Text(String where, long bytes) {}

  record Graph(
      String name,
      List<Node> nodes,
      List<TensorOutline> initializers,
      int sparseInitializers,
      List<String> inputs,
      List<String> outputs) {}

  record Node(
      String name,
      String operation,
      String domain,
      List<String> inputs,
      List<String> outputs,
      List<Graph> subgraphs,
      List<TensorOutline> tensors,
      int sparseTensors,
      List<AttributeOutline> attributes,
      TreeTables.Unread unread,
      List<StoredTensor> numbers,
      int texts,
      long attributeBytes) {}

  static Descriptor schema() {
    return OnnxMl.ModelProto.getDescriptor();
  }

  static OnnxOutline parse(byte[] file) throws InvalidProtocolBufferException {
    OnnxMl.ModelProto model = OnnxMl.ModelProto.parseFrom(file);
    List<Text> texts = new ArrayList<>();
    note(texts, "model doc string", model.getDocString());
    note(texts, "producer name", model.getProducerName());
    note(texts, "producer version", model.getProducerVersion());
    note(texts, "model domain", model.getDomain());
    notes(texts, "the model", model.getMetadataPropsList());
    Graph graph = graph(model.getGraph(), texts);
    return new OnnxOutline(
        model.getIrVersion(),
        model.getOpsetImportList().stream()
            .map(o -> new Opset(o.getDomain(), o.getVersion()))
            .toList(),
        graph,
        model.getFunctionsCount(),
        model.getTrainingInfoCount(),
        texts,
        sameBytes(model, file));
  }

  private static Graph graph(OnnxMl.GraphProto graph, List<Text> texts) {
    note(texts, "doc string of graph " + graph.getName(), graph.getDocString());
    notes(texts, "graph " + graph.getName(), graph.getMetadataPropsList());
    for (OnnxMl.ValueInfoProto value : graph.getInputList()) {
      value(texts, "input " + value.getName(), value);
    }
    for (OnnxMl.ValueInfoProto value : graph.getOutputList()) {
      value(texts, "output " + value.getName(), value);
    }
    for (OnnxMl.ValueInfoProto value : graph.getValueInfoList()) {
      value(texts, "value " + value.getName(), value);
    }
    for (OnnxMl.TensorAnnotation annotation : graph.getQuantizationAnnotationList()) {
      note(texts, "quantization annotation", annotation.toString());
    }
    return new Graph(
        graph.getName(),
        graph.getNodeList().stream().map(n -> node(n, texts)).toList(),
        graph.getInitializerList().stream().map(t -> tensor(t, t.getName(), texts)).toList(),
        graph.getSparseInitializerCount(),
        graph.getInputList().stream().map(OnnxMl.ValueInfoProto::getName).toList(),
        graph.getOutputList().stream().map(OnnxMl.ValueInfoProto::getName).toList());
  }

  private static Node node(OnnxMl.NodeProto node, List<Text> texts) {
    note(texts, "doc string of node " + node.getName(), node.getDocString());
    notes(texts, "node " + node.getName(), node.getMetadataPropsList());
    List<StoredTensor> numbers = new ArrayList<>();
    int words = 0;
    List<Graph> subgraphs = new ArrayList<>();
    List<TensorOutline> tensors = new ArrayList<>();
    int sparse = 0;
    long bytes = 0;
    for (OnnxMl.AttributeProto attribute : node.getAttributeList()) {
      String where = node.getName() + "." + attribute.getName();
      note(texts, "doc string of attribute " + where, attribute.getDocString());
      if (attribute.hasG()) {
        subgraphs.add(graph(attribute.getG(), texts));
      }
      attribute.getGraphsList().forEach(g -> subgraphs.add(graph(g, texts)));
      if (attribute.hasT()) {
        tensors.add(tensor(attribute.getT(), where, texts));
      }
      attribute.getTensorsList().forEach(t -> tensors.add(tensor(t, where, texts)));
      sparse += attribute.getSparseTensorsCount() + (attribute.hasSparseTensor() ? 1 : 0);
      if (attribute.getS().size() > LONG_WORD) {
        note(texts, "attribute " + where, attribute.getS().toString(StandardCharsets.ISO_8859_1));
      }
      words += TreeTables.words(attribute);
      if (attribute.getFloatsCount() > 0) {
        numbers.add(numbers(where, attribute.getFloatsList()));
      }
      if (attribute.getIntsCount() > 0) {
        numbers.add(numbers(where, attribute.getIntsList()));
      }
      bytes += attribute.getS().size() + 4L * attribute.getFloatsCount();
      bytes += 8L * attribute.getIntsCount();
      bytes += attribute.getStringsList().stream().mapToLong(s -> s.size()).sum();
    }
    return new Node(
        node.getName(),
        node.getOpType(),
        node.getDomain(),
        List.copyOf(node.getInputList()),
        List.copyOf(node.getOutputList()),
        subgraphs,
        tensors,
        sparse,
        node.getAttributeList().stream().map(AttributeMapper::outline).toList(),
        TreeTables.unread(node),
        numbers,
        words,
        bytes);
  }

  private static TensorOutline tensor(OnnxMl.TensorProto tensor, String where, List<Text> texts) {
    note(texts, "doc string of tensor " + where, tensor.getDocString());
    notes(texts, "tensor " + where, tensor.getMetadataPropsList());
    OnnxMl.TensorProto.DataType type = OnnxMl.TensorProto.DataType.forNumber(tensor.getDataType());
    List<TensorOutline.Stored> stored = new ArrayList<>();
    keep(stored, TensorOutline.Field.RAW, tensor.getRawData().size());
    keep(stored, TensorOutline.Field.FLOAT, tensor.getFloatDataCount());
    keep(stored, TensorOutline.Field.INT32, tensor.getInt32DataCount());
    keep(stored, TensorOutline.Field.INT64, tensor.getInt64DataCount());
    keep(stored, TensorOutline.Field.DOUBLE, tensor.getDoubleDataCount());
    keep(stored, TensorOutline.Field.UINT64, tensor.getUint64DataCount());
    keep(stored, TensorOutline.Field.STRING, tensor.getStringDataCount());
    List<String> external = new ArrayList<>();
    if (tensor.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL) {
      external.add("");
    }
    tensor.getExternalDataList().stream()
        .filter(e -> e.getKey().equals("location"))
        .forEach(e -> external.add(e.getValue()));
    boolean entriesOnly = external.isEmpty() && tensor.getExternalDataCount() > 0;
    return new TensorOutline(
        where,
        type == null ? "undefined" : type.name().toLowerCase(Locale.ROOT),
        tensor.getDimsList().stream().limit(MOST_DIMS + 1).toList(),
        stored,
        entriesOnly ? List.of("") : external,
        tensor.hasSegment(),
        () -> TensorBytes.numbers(tensor));
  }

  private static void keep(List<TensorOutline.Stored> list, TensorOutline.Field field, int count) {
    if (count > 0) {
      list.add(new TensorOutline.Stored(field, count));
    }
  }

  private static void value(List<Text> texts, String where, OnnxMl.ValueInfoProto value) {
    note(texts, "doc string of " + where, value.getDocString());
    notes(texts, where, value.getMetadataPropsList());
    note(texts, "denotation of " + where, value.getType().getDenotation());
    for (var dim : value.getType().getTensorType().getShape().getDimList()) {
      note(texts, "denotation of a dimension of " + where, dim.getDenotation());
      if (dim.getDimParam().length() > LONG_WORD) {
        note(texts, "name of a dimension of " + where, dim.getDimParam());
      }
    }
  }

  private static StoredTensor numbers(String where, List<? extends Number> numbers) {
    float[] values = TensorBytes.floats(numbers);
    return new StoredTensor(Finding.printable(where), List.of(values.length), values);
  }

  private static void notes(
      List<Text> texts, String where, List<OnnxMl.StringStringEntryProto> entries) {
    entries.forEach(e -> note(texts, "metadata of " + where, e.getKey() + e.getValue()));
  }

  private static void note(List<Text> texts, String where, String text) {
    if (!text.isEmpty()) {
      texts.add(new Text(where, text.length()));
    }
  }

  /// Whether writing the parsed model gives the file back: no bytes that a parser passes over.
  private static boolean sameBytes(OnnxMl.ModelProto model, byte[] file) {
    if (model.getSerializedSize() != file.length) {
      return false;
    }
    Comparison comparison = new Comparison(file);
    try {
      model.writeTo(comparison);
    } catch (IOException e) {
      throw new IllegalStateException("comparing in memory cannot fail", e);
    }
    return comparison.same && comparison.at == file.length;
  }

  private static final class Comparison extends OutputStream {
    private final byte[] expected;
    private int at;
    private boolean same = true;

    Comparison(byte[] expected) {
      this.expected = expected;
    }

    @Override
    public void write(int b) {
      same = same && at < expected.length && expected[at] == (byte) b;
      at++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      for (int i = 0; i < length; i++) {
        write(bytes[offset + i]);
      }
    }
  }
}
