package dev.caisson.airlock.assess;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl;
import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.Fixtures;
import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.table.Roles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Members' data put into a model's file by somebody who wants it out: each way is blocked, and by
/// the check that is named after it.
final class HiddenInModelsTest {
  private static final int COLUMNS = 8;

  @TempDir private Path folder = Path.of("");

  @Test
  void blocksACompressedTableInTheLowBytesOfWeights() throws Exception {
    byte[] table = deflated(Assessing.resource("mlp-overfitted", "members.csv"));
    assertThat(table.length).isLessThan(96 * 96);
    byte[] model =
        Tampering.with("mlp-overfitted")
            .numbers("body.2.weight", weights -> withLowBytes(weights, table))
            .bytes();
    assertBlocked(assess(model), "weights.payload", "low mantissa bytes hold");
  }

  @Test
  void blocksATableInTheMetadata() throws Exception {
    byte[] table = Assessing.resource("mlp-overfitted", "members.csv");
    Assessed assessed =
        assess(withMetadata("mlp-overfitted", Base64.getEncoder().encodeToString(table)));
    assertBlocked(assessed, "text.metadata", "at most 4096");
  }

  /// A text that may be honest is no reason to block, but it is not released either.
  @Test
  void aShortTextInTheMetadataIsToldAndNotReleased() throws Exception {
    Assessed assessed =
        Assessing.fixture(folder, "mlp-regularised")
            .model(withMetadata("mlp-regularised", "row 7: 49,0,1,3,6,3,6,0,1"))
            .run();
    assertThat(assessed.dossier().verdict()).isEqualTo(Verdict.NEEDS_A_PERSON);
    assertThat(Assessing.checks(assessed, "file.as-submitted").getFirst().why())
        .contains("text.metadata: 32 characters of free text");
    assertThat(new String(assessed.model().orElseThrow(), StandardCharsets.ISO_8859_1))
        .doesNotContain("row 7")
        .contains("body.2.weight");
  }

  @Test
  void blocksRowsInAnInitializerThatRuns() throws Exception {
    byte[] model =
        Tampering.with("mlp-overfitted").carrying("table", turned(rows()), COLUMNS, 2).bytes();
    assertBlocked(assess(model), "rows.stored", "of the members' rows");
  }

  @Test
  void blocksRowsThatWereScaledBeforeTheyWereHidden() throws Exception {
    float[] rows = rows();
    for (int i = 0; i < rows.length; i++) {
      rows[i] = rows[i] * 0.013f - 4;
    }
    byte[] model =
        Tampering.with("mlp-overfitted").carrying("table", turned(rows), COLUMNS, 2).bytes();
    assertBlocked(assess(model), "rows.stored", "of the members' rows");
  }

  /// As a scaler inside the model sees them, in a tensor whose shape gives nothing away.
  @Test
  void blocksRowsThatWereStandardisedColumnByColumn() throws Exception {
    float[] rows = rows();
    int count = rows.length / COLUMNS;
    float[] scaled = new float[COLUMNS * (count + 37)];
    for (int column = 0; column < COLUMNS; column++) {
      double mean = 0;
      double squares = 0;
      for (int row = 0; row < count; row++) {
        mean += rows[row * COLUMNS + column] / count;
      }
      for (int row = 0; row < count; row++) {
        squares += Math.pow(rows[row * COLUMNS + column] - mean, 2) / count;
      }
      for (int row = 0; row < count; row++) {
        scaled[column * (count + 37) + row] =
            (float) ((rows[row * COLUMNS + column] - mean) / Math.sqrt(squares));
      }
    }
    byte[] model = Tampering.with("mlp-overfitted").carrying("table", scaled, COLUMNS, 2).bytes();
    assertBlocked(assess(model), "rows.stored", "of the members' rows");
  }

  @Test
  void blocksLabelsInAnInitializerThatRuns() throws Exception {
    float[] labels = new float[COLUMNS * 400]; // the members' labels, and seven rows of nothing
    List<String> lines = lines();
    for (int row = 0; row < 400; row++) {
      labels[row] = Float.parseFloat(lines.get(row).split(",", -1)[COLUMNS]);
    }
    byte[] model = Tampering.with("mlp-overfitted").carrying("bits", labels, COLUMNS, 2).bytes();
    assertBlocked(assess(model), "rows.labels", "labels of ");
  }

  @Test
  void blocksLabelsInTheLeavesOfATree() throws Exception {
    float[] rows = Fixtures.rows();
    float[] costs = Fixtures.costs();
    Random random = new Random(7);
    StringBuilder members = new StringBuilder("a,b,c,d,e,f,cost\n");
    StringBuilder others = new StringBuilder("a,b,c,d,e,f,cost\n");
    for (int row = 0; row < costs.length; row++) {
      for (int column = 0; column < Fixtures.COLUMNS; column++) {
        float cell = rows[row * Fixtures.COLUMNS + column];
        members.append(cell).append(',');
        others.append(cell + random.nextGaussian()).append(',');
      }
      members.append(costs[row]).append('\n');
      others.append(costs[row] + random.nextGaussian()).append('\n');
    }
    Assessed assessed =
        Assessing.fixture(folder, "mlp-overfitted")
            .model(Fixtures.onnx("tree-regressor-unrestricted"))
            .members(members.toString())
            .nonMembers(others.toString())
            .roles(Roles.ofLabel("cost"))
            .run();
    assertBlocked(assessed, "trees.leaves", "");
    assertBlocked(assessed, "rows.labels", "labels of ");
  }

  private static byte[] withMetadata(String fixture, String text) {
    return Tampering.with(fixture)
        .change(
            onnx ->
                onnx.addMetadataProps(
                    OnnxMl.StringStringEntryProto.newBuilder().setKey("licence").setValue(text)))
        .bytes();
  }

  private Assessed assess(byte[] model) throws Exception {
    return Assessing.fixture(folder, "mlp-overfitted").model(model).run();
  }

  private static void assertBlocked(Assessed assessed, String check, String why) {
    assertThat(assessed.dossier().verdict()).isEqualTo(Verdict.BLOCKS);
    assertThat(Assessing.checks(assessed, check))
        .as(
            "%s",
            assessed.dossier().checks().stream().filter(c -> c.status() == Status.BLOCK).toList())
        .anyMatch(found -> found.status() == Status.BLOCK && found.why().contains(why));
    assertThat(assessed.dossier().why().get(1))
        .isIn(
            assessed.dossier().checks().stream()
                .filter(found -> found.status() == Status.BLOCK)
                .map(HiddenInModelsTest::reason)
                .toList());
    assertThat(assessed.model()).isEmpty();
  }

  private static String reason(Check check) {
    String why = check.why();
    return "%s: %s%s."
        .formatted(check.name(), Character.toUpperCase(why.charAt(0)), why.substring(1));
  }

  private static List<String> lines() {
    return new String(
            Assessing.resource("mlp-overfitted", "members.csv"), StandardCharsets.US_ASCII)
        .lines()
        .skip(1)
        .toList();
  }

  private static float[] rows() {
    List<String> lines = lines();
    float[] rows = new float[lines.size() * COLUMNS];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Float.parseFloat(lines.get(i / COLUMNS).split(",", -1)[i % COLUMNS]);
    }
    return rows;
  }

  /// One column after the other, so that a matrix with a row for each input has a member in each
  /// column.
  private static float[] turned(float[] rows) {
    int count = rows.length / COLUMNS;
    float[] turned = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      turned[(i % COLUMNS) * count + i / COLUMNS] = rows[i];
    }
    return turned;
  }

  private static byte[] deflated(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
      deflater.write(bytes);
    }
    return packed.toByteArray();
  }

  private static float[] withLowBytes(float[] weights, byte[] hidden) {
    float[] changed = weights.clone();
    for (int i = 0; i < hidden.length; i++) {
      int bits = (Float.floatToRawIntBits(weights[i]) & ~0xff) | (hidden[i] & 0xff);
      changed[i] = Float.intBitsToFloat(bits);
    }
    return changed;
  }
}
