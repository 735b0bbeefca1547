package dev.caisson.airlock.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.scan.StoredTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrainingRowScanTest {
  private static final int WIDTH = 9;
  private static final int PERSONS = 500;

  private final Random random = new Random(11);
  private final RowTable rows = table(PERSONS);
  private final float[] labels = binaryLabels(PERSONS);

  @Test
  void findsNothingInTrainedLookingWeights() {
    // 2 million windows x 500 rows x 2 modes; the chance of one false match is below 1e-8 (see
    // Needles)
    float[] weights = gaussian(1_000_000, 0.1);
    RowScan scan = scan(new StoredTensor("dense.weight", List.of(1000, 1000), weights));
    assertThat(scan.count()).isEqualTo(new RowScanCount(PERSONS, 0, 0, 0));
    assertThat(scan.ownList()).isEmpty();
  }

  @Test
  void findsRowsStoredAsTheyAre() {
    float[] weights = gaussian(5000, 0.1);
    store(weights, 1234, 1, row -> row, 7, 8, 400);
    RowScan scan = scan(new StoredTensor("w", List.of(5000), weights));
    assertThat(scan.count().rowHits()).isEqualTo(3);
    assertThat(scan.ownList()).contains(new RowHit(8, "w", 1234 + WIDTH, RowHit.Form.ROW));
  }

  @Test
  void findsRowsUnderOneScaleAndShift() {
    float[] weights = gaussian(5000, 0.1);
    store(weights, 100, 1, x -> -0.037f * x + 0.2f, 3, 99);
    RowScan scan = scan(new StoredTensor("w", List.of(5000), weights));
    assertThat(scan.count().rowHits()).isEqualTo(2);
    assertThat(scan.ownList()).extracting(RowHit::form).containsOnly(RowHit.Form.SCALED_ROW);
  }

  @Test
  void findsRowsStoredAsColumns() {
    int columns = 64;
    float[] weights = gaussian(WIDTH * columns, 0.1);
    store(weights, 5, columns, x -> x, 42);
    assertThat(scan(new StoredTensor("w", List.of(WIDTH, columns), weights)).count().rowHits())
        .isEqualTo(1);
  }

  @Test
  void findsRowsRoundedToHalfPrecision() {
    // half precision rounds by up to 4.9e-4; runs of 12 clearly different values may differ by 5e-4
    int width = 20;
    RowTable wide = new RowTable(width, gaussian(50 * width, 3));
    float[] weights = gaussian(5000, 0.1);
    for (int column = 0; column < width; column++) {
      weights[321 + column] = Float.float16ToFloat(Float.floatToFloat16(wide.at(10, column)));
    }
    RowScan scan =
        new TrainingRowScan(List.of(new StoredTensor("w", List.of(5000), weights)))
            .scan(List.of(wide), new float[50]);
    assertThat(scan.ownList()).extracting(RowHit::row).contains(10);
    assertThat(scan.count().rowHits()).isEqualTo(1);
  }

  @Test
  void findsANearestNeighbourModelsTable() {
    float[] all = new float[PERSONS * WIDTH];
    for (int row = 0; row < PERSONS; row++) {
      store(all, row * WIDTH, 1, x -> x, row);
    }
    RowScan scan = scan(new StoredTensor("training_table", List.of(PERSONS, WIDTH), all));
    assertThat(scan.count().rowHits()).isEqualTo(PERSONS);
  }

  /// Raw, one large column hides the others; a file that keeps the rows standardised is found out
  /// all the same, and who was found was looked for.
  @Test
  void findsRowsThatAreTooPlainInAnotherForm() {
    float[] raw = new float[40 * WIDTH];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (float) (random.nextGaussian() * (i % WIDTH == 0 ? 1e6 : 1));
    }
    RowTable table = new RowTable(WIDTH, raw);
    RowTable scaled = table.standardised();
    float[] kept = new float[25 * WIDTH];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = scaled.at(i / WIDTH, i % WIDTH);
    }
    TrainingRowScan scan =
        new TrainingRowScan(List.of(new StoredTensor("rows", List.of(25, WIDTH), kept)));
    float[] labels = new float[40];
    assertThat(scan.scan(List.of(table), labels).count()).isEqualTo(new RowScanCount(0, 40, 0, 0));
    assertThat(scan.scan(List.of(table, scaled), labels).count())
        .isEqualTo(new RowScanCount(25, 15, 25, 0));
  }

  @Test
  void countsRowsThatAreTooPlainInsteadOfGuessing() {
    float[] plain = new float[20 * WIDTH];
    for (int row = 0; row < 20; row++) {
      plain[row * WIDTH + row % WIDTH] = 1; // one-hot: an identity matrix would match
    }
    float[] identity = new float[WIDTH * WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      identity[i * WIDTH + i] = 1;
    }
    RowScan scan =
        new TrainingRowScan(List.of(new StoredTensor("eye", List.of(WIDTH, WIDTH), identity)))
            .scan(List.of(new RowTable(WIDTH, plain)), new float[20]);
    assertThat(scan.count()).isEqualTo(new RowScanCount(0, 20, 0, 0));
  }

  @Test
  void isNotFooledByIndexTables() {
    float[] steps = new float[2 * WIDTH];
    float[] index = new float[4096];
    for (int i = 0; i < index.length; i++) {
      index[i] = i;
    }
    for (int i = 0; i < steps.length; i++) {
      steps[i] = 100 + i;
    }
    RowScan scan =
        new TrainingRowScan(List.of(new StoredTensor("positions", List.of(4096), index)))
            .scan(List.of(new RowTable(WIDTH, steps)), new float[2]);
    assertThat(scan.count().found()).isFalse();
    assertThat(scan.count().tooPlain()).isEqualTo(2);
  }

  @Test
  void findsARunOfClassLabelsWhateverStandsForTheClasses() {
    float[] weights = gaussian(3000, 0.1);
    for (int i = 0; i < 100; i++) {
      weights[500 + i] = labels[200 + i] == 1 ? -3.5f : 0.25f;
    }
    RowScan scan = scan(new StoredTensor("w", List.of(3000), weights));
    assertThat(scan.count().labelHits()).isEqualTo(100);
    assertThat(scan.count().rowHits()).isZero();
  }

  @Test
  void findsLabelsStoredAcrossAStride() {
    int columns = 7;
    float[] weights = gaussian(80 * columns, 0.1);
    for (int i = 0; i < 80; i++) {
      weights[i * columns + 3] = labels[i];
    }
    assertThat(scan(new StoredTensor("w", List.of(80, columns), weights)).count().labelHits())
        .isEqualTo(80);
  }

  @Test
  void findsTheLeavesOfARegressionTree() {
    float[] values = gaussian(PERSONS, 1);
    float[] leaves = values.clone();
    Arrays.sort(leaves); // any order
    RowScan scan =
        new TrainingRowScan(List.of(new StoredTensor("leaf_values", List.of(PERSONS), leaves)))
            .scan(List.of(rows), values);
    // one label in 2048 happens to end in 11 zero bits and is not counted
    assertThat(scan.count().labelHits()).isBetween(PERSONS - 5L, (long) PERSONS);
  }

  @Test
  void findsScaledRunsOfRealLabels() {
    float[] values = gaussian(PERSONS, 1);
    float[] weights = gaussian(2000, 0.1);
    for (int i = 0; i < 30; i++) {
      weights[700 + i] = 12 * values[50 + i] - 4;
    }
    RowScan scan =
        new TrainingRowScan(List.of(new StoredTensor("w", List.of(2000), weights)))
            .scan(List.of(rows), values);
    assertThat(scan.count().labelHits()).isEqualTo(30);
  }

  @Test
  void realLabelsDoNotAlarmOnWeightsOfTheSameScale() {
    float[] values = gaussian(PERSONS, 1);
    RowScan scan =
        new TrainingRowScan(List.of(new StoredTensor("w", List.of(300_000), gaussian(300_000, 1))))
            .scan(List.of(rows), values);
    assertThat(scan.count().found()).isFalse();
  }

  @Test
  void keepsTheOwnListOutOfPrint() {
    float[] weights = gaussian(200, 0.1);
    store(weights, 50, 1, x -> x, 7);
    RowScan scan = scan(new StoredTensor("secret_tensor", List.of(200), weights));
    assertThat(scan.count().rowHits()).isEqualTo(1);
    assertThat(scan.toString()).doesNotContain("secret_tensor").contains("withheld");
    assertThat(rows.toString()).isEqualTo("RowTable[500 rows of 9]");
  }

  private RowScan scan(StoredTensor tensor) {
    return new TrainingRowScan(List.of(tensor)).scan(List.of(rows), labels);
  }

  private interface Stored {
    float of(float value);
  }

  private void store(float[] weights, int at, int stride, Stored form, int... persons) {
    int start = at;
    for (int person : persons) {
      for (int column = 0; column < WIDTH; column++) {
        weights[start + column * stride] = form.of(rows.at(person, column));
      }
      start += WIDTH * stride;
    }
  }

  /// Two 0/1 columns and seven measured ones.
  private RowTable table(int persons) {
    float[] values = gaussian(persons * WIDTH, 1);
    for (int row = 0; row < persons; row++) {
      values[row * WIDTH] = random.nextInt(2);
      values[row * WIDTH + 4] = random.nextInt(2);
      for (int column = 0; column < WIDTH; column++) {
        if (column != 0 && column != 4) {
          // far enough apart to count as different values
          values[row * WIDTH + column] += 0.5f * column;
        }
      }
    }
    return new RowTable(WIDTH, values);
  }

  private float[] gaussian(int count, double scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  private float[] binaryLabels(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(3) == 0 ? 1 : 0;
    }
    return values;
  }
}
