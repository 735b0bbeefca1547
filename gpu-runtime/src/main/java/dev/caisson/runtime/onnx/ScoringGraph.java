package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Any ONNX model made ready for scoring: one output, the one that tells most; without the ZipMap,
/// softmax or sigmoid at its end; and what the graph says the numbers are. The model released stays
/// as it is: this is a copy in memory, and whoever has the weights can make it too.
///
/// Guarantees, for any bytes: one of these or an [InvalidModelException], within memory
/// proportional to the file and to a bound on its parts; nothing outside the bytes is read or
/// named. Not guaranteed: that ONNX Runtime takes the graph. Wider than [OnnxModel], which reads
/// what can be trained.
public final class ScoringGraph {
  private final byte[] bytes;
  private final OutputChoice choice;
  private final Ending ending;
  private final List<String> classes;
  private final int trees;

  private ScoringGraph(
      byte[] bytes, OutputChoice choice, Ending ending, List<String> classes, int trees) {
    this.bytes = bytes;
    this.choice = choice;
    this.ending = ending;
    this.classes = classes;
    this.trees = trees;
  }

  /// Cuts a model. `output` names the one to read, in place of the choice made here. `sigmoid`
  /// false keeps a plain final sigmoid, which several outputs need (see [#onlyForOneOutput]).
  public static ScoringGraph of(byte[] file, Optional<String> output, boolean sigmoid)
      throws InvalidModelException {
    OnnxMl.ModelProto model = parse(file);
    ScoringParts parts = new ScoringParts(model.getGraph());
    OutputChoice choice = OutputChoice.of(parts, output);
    // a ZipMap's classes are those of its columns
    List<String> classes = ClassTexts.of(parts, choice.unzipped() ? choice.name() : choice.value());
    int trees = parts.upstream(choice.value()).stream().mapToInt(ScoringGraph::trees).sum();
    Ending ending = Ending.cut(parts, choice, sigmoid);
    OnnxMl.ModelProto.Builder cut =
        model.toBuilder().setGraph(parts.endingIn(choice.value())).clearMetadataProps();
    if (model.getOpsetImportList().stream()
        .noneMatch(o -> o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx"))) {
      cut.addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(13));
    }
    return new ScoringGraph(cut.build().toByteArray(), choice, ending, classes, trees);
  }

  private static OnnxMl.ModelProto parse(byte[] file) throws InvalidModelException {
    if (file.length > Limits.DEFAULT.bytes()) {
      throw new InvalidModelException(
          "the file has %d bytes, the limit is %d".formatted(file.length, Limits.DEFAULT.bytes()));
    }
    ObjectCount.requireBounded(file);
    OnnxMl.ModelProto model;
    try {
      model = OnnxMl.ModelProto.parseFrom(file);
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidModelException("not an ONNX file: " + e.getMessage(), e);
    }
    requireNothingOutside(model);
    return model;
  }

  /// At any depth: tensors of graphs, attributes, functions, training information.
  private static void requireNothingOutside(Message message) throws InvalidModelException {
    if (message instanceof OnnxMl.TensorProto tensor) {
      if (tensor.getExternalDataCount() > 0
          || tensor.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL) {
        throw new InvalidModelException(
            "tensor '%s' lies in another file; a model for scoring is one file (onnx.save_model without external data)"
                .formatted(tensor.getName()));
      }
      return;
    }
    for (var field : message.getAllFields().entrySet()) {
      if (field.getKey().getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        continue;
      }
      if (field.getKey().isRepeated()) {
        for (Object inner : (List<?>) field.getValue()) {
          requireNothingOutside((Message) inner);
        }
      } else {
        requireNothingOutside((Message) field.getValue());
      }
    }
  }

  private static int trees(OnnxMl.NodeProto node) {
    if (ScoringParts.is(node, "TreeEnsemble")) {
      return ScoringParts.wholes(node, "tree_roots").size();
    }
    if (!node.getOpType().startsWith("TreeEnsemble")) {
      return 0;
    }
    Set<Long> ids = new HashSet<>(ScoringParts.wholes(node, "nodes_treeids"));
    return ids.size();
  }

  /// The file to open (copied).
  public byte[] bytes() {
    return bytes.clone();
  }

  /// The name of its only output.
  public String output() {
    return choice.value();
  }

  public Meaning meaning() {
    return ending.meaning();
  }

  /// Whether what was cut is right only if a row has one output: else cut without the sigmoid.
  public boolean onlyForOneOutput() {
    return ending.perOutput();
  }

  /// Texts of the classes in the order of the outputs; empty if the graph names none. How many
  /// outputs there are is for the session to see.
  public List<String> classes() {
    return classes;
  }

  /// How many trees the output depends on.
  public int trees() {
    return trees;
  }

  /// One sentence on what was taken and what was left out.
  public String words() {
    String from = choice.unzipped() ? " before its ZipMap" : "";
    String trees = this.trees == 0 ? "" : " (%d trees)".formatted(this.trees);
    String others =
        choice.others().isEmpty() ? "" : "; not read: " + OutputChoice.quoted(choice.others());
    return "output '%s'%s is read as %s%s%s"
        .formatted(choice.name(), from, ending.phrase(), trees, others);
  }
}
