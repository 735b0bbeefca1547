package dev.caisson.airlock.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnx.proto.OnnxMl;
import dev.caisson.airlock.Finding;
import dev.caisson.airlock.Fixtures;
import dev.caisson.airlock.scan.CanonicalOnnx;
import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.OnnxFileScan;
import dev.caisson.airlock.scan.ScanLimits;
import dev.caisson.airlock.scan.WeightBits;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class SanitiserTest {
  private static final List<String> ALL =
      List.of(
          "forest-leaf-20",
          "linear-regression",
          "minmax-logistic",
          "mlp",
          "one-hot-towns",
          "one-nearest-neighbour",
          "svc-rbf",
          "xgboost");

  private final SecureRandom random = new SecureRandom();
  private final Sanitiser sanitiser = new Sanitiser(ScanLimits.usual(), Sanitiser.USUAL_BITS);

  @Test
  void writingTheCanonicalFormAgainGivesTheSameBytes() throws IOException {
    for (String name : ALL) {
      byte[] once = CanonicalOnnx.of(Fixtures.onnx(name));
      assertThat(CanonicalOnnx.of(once)).as(name).isEqualTo(once);
      assertThat(new OnnxFileScan(ScanLimits.usual()).scan(once).findings())
          .as(name)
          .noneMatch(Finding::blocks);
    }
    byte[] torch =
        CanonicalOnnx.of(WeightPayloadTest.resource("/dev/caisson/airlock/scan/torch-mlp.onnx"));
    assertThat(new OnnxFileScan(ScanLimits.usual()).scan(torch).findings())
        .allMatch(f -> f.status() == Finding.Status.PASS);
  }

  @Test
  void dropsAPayloadInMetadataTextsNamesAndUnusedNumbers() throws IOException {
    OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.parseFrom(Fixtures.onnx("mlp")).toBuilder();
    byte[] honest = CanonicalOnnx.of(model.build().toByteArray());
    model
        .setDocString("smuggled")
        .setProducerVersion("smuggled")
        .addMetadataProps(
            OnnxMl.StringStringEntryProto.newBuilder().setKey("rows").setValue("smuggled"));
    OnnxMl.GraphProto.Builder graph = model.getGraphBuilder().setName("smuggled");
    graph.addInitializer(graph.getInitializer(0).toBuilder().setName("smuggled"));
    graph.addValueInfo(OnnxMl.ValueInfoProto.newBuilder().setName("smuggled"));
    graph.getNodeBuilder(0).setName("smuggled").setDocString("smuggled");
    byte[] parcel = model.build().toByteArray();
    assertThat(new OnnxFileScan(ScanLimits.usual()).scan(parcel).blocks()).isTrue();
    assertThat(CanonicalOnnx.of(parcel)).isEqualTo(honest);
  }

  @Test
  void renamesValuesWhoseNamesAreTexts() throws IOException {
    OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.parseFrom(Fixtures.onnx("mlp")).toBuilder();
    OnnxMl.GraphProto.Builder graph = model.getGraphBuilder();
    String name = "Alice, born 1960";
    graph.getNodeBuilder(0).setOutput(0, name);
    graph.getNodeBuilder(1).setInput(0, name);
    byte[] canonical = CanonicalOnnx.of(model.build().toByteArray());
    assertThat(new String(canonical, java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("Alice")
        .contains("coefficient1");
  }

  @Test
  void weightsMoveByLessThanAMillionthAndOnlyInTheirLowBits() {
    Sanitiser.Sanitised sanitised = sanitiser.sanitise(Fixtures.onnx("mlp"), random);
    ModelGraph before = Fixtures.graph("mlp");
    ModelGraph after = new OnnxFileScan(ScanLimits.usual()).graph(sanitised.file());
    int changed = 0;
    for (WeightBits old : before.weights().values()) {
      WeightBits fresh = after.weights().get(old.name());
      for (int i = 0; fresh != null && i < old.size(); i++) {
        assertThat(fresh.at(i) >>> 3).isEqualTo(old.at(i) >>> 3);
        changed += fresh.at(i) == old.at(i) ? 0 : 1;
      }
    }
    // 128 weights of 16 numbers and more keep all three bits with probability 1/8
    assertThat(changed).isBetween(80, 128);
    assertThat(sanitised.scan().blocks()).isFalse();
    assertThat(sanitised.numbers()).isBetween(120L, 128L);
  }

  @Test
  void outputsMoveByLessThanAMillionth() {
    ModelGraph before = Fixtures.graph("mlp");
    for (int round = 0; round < 20; round++) {
      Sanitiser.Sanitised sanitised = sanitiser.sanitise(Fixtures.onnx("mlp"), random);
      ModelGraph after = new OnnxFileScan(ScanLimits.usual()).graph(sanitised.file());
      double largest = 0;
      double moved = 0;
      for (int row = 0; row < 300; row++) {
        double y = logit(before, row);
        largest = Math.max(largest, Math.abs(y));
        moved = Math.max(moved, Math.abs(y - logit(after, row)));
      }
      assertThat(moved / largest).isLessThan(1e-6).isGreaterThan(0);
    }
  }

  @Test
  void freshBitsDifferAndTheRestIsTheSame() {
    byte[] one = sanitiser.sanitise(Fixtures.onnx("mlp"), random).file();
    byte[] two = sanitiser.sanitise(Fixtures.onnx("mlp"), random).file();
    assertThat(one).hasSameSizeAs(two).isNotEqualTo(two);
    byte[] none = new Sanitiser(ScanLimits.usual(), 0).sanitise(one, random).file();
    assertThat(none).isEqualTo(one);
  }

  @Test
  void destroysALowBitPayloadOfAsManyBits() {
    Sanitiser eight = new Sanitiser(ScanLimits.usual(), 8);
    byte[] once = eight.sanitise(Fixtures.onnx("mlp"), random).file();
    ModelGraph before = Fixtures.graph("mlp");
    ModelGraph after = new OnnxFileScan(ScanLimits.usual()).graph(once);
    int same = 0;
    for (WeightBits old : before.weights().values()) {
      for (WeightBits fresh : after.weights().values()) {
        for (int i = 0; old.name().equals(fresh.name()) && old.size() == 96 && i < 96; i++) {
          same += (old.at(i) & 0xff) == (fresh.at(i) & 0xff) ? 1 : 0;
        }
      }
    }
    assertThat(same).isLessThan(8);
  }

  @Test
  void leavesTreesAndSaysSo() {
    Sanitiser.Sanitised sanitised = sanitiser.sanitise(Fixtures.onnx("forest-leaf-20"), random);
    assertThat(sanitised.numbers()).isZero();
    assertThat(sanitised.notes()).anyMatch(f -> f.what().contains("left as it is"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sanitiser.sanitise(new byte[] {1, 2}, random));
  }

  /// The network of the fixture, in doubles.
  private static double logit(ModelGraph graph, int row) {
    float[] rows = Fixtures.rows();
    double[] offset = graph.operations().getFirst().numbers("offset");
    double[] scale = graph.operations().getFirst().numbers("scale");
    double y = weight(graph, "intercepts1", 0);
    for (int h = 0; h < 16; h++) {
      double sum = weight(graph, "intercepts", h);
      for (int i = 0; i < 6; i++) {
        sum +=
            (rows[row * 6 + i] - offset[i]) * scale[i] * weight(graph, "coefficient", i * 16 + h);
      }
      y += Math.max(0, sum) * weight(graph, "coefficient1", h);
    }
    return y;
  }

  private static double weight(ModelGraph graph, String name, int i) {
    for (WeightBits w : graph.weights().values()) {
      if (w.name().equals(name)) {
        return Float.intBitsToFloat((int) w.at(i));
      }
    }
    throw new IllegalStateException(name);
  }
}
