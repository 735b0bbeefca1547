package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.training.LocalTraining;
import dev.caisson.dataset.Samples;
import dev.caisson.protocol.study.AggregationPlan;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.train.EngineOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Nothing of one site lies in anybody else's files: no row, no update. This searches what the
/// processes have kept, in the forms in which they handle it; it does not search their memory, and
/// it cannot find what was written in a form of its own. Every search is shown to find what is
/// there.
@SuppressWarnings("NullAway.Init") // set before all
final class KeptApartIT {
  private static final int WINDOW = 8;

  private static FinishedDemo demo;
  private static AllHomes homes;

  @BeforeAll
  static void open() throws Exception {
    demo = FinishedDemo.of(1); // of its states a finished study keeps the first and the last
    homes = AllHomes.of(demo);
  }

  @Test
  void nobodyElseKeepsARow() throws Exception {
    for (LocalStudy site : homes.studies()) {
      List<String> needles = new ArrayList<>();
      for (String line : Files.readAllLines(demo.site(site.study()).resolve("table.csv"))) {
        if (!line.startsWith("id,")) {
          int comma = line.indexOf(',');
          needles.add(line.substring(0, comma)); // who
          needles.add(line.substring(comma)); // and what
        }
      }
      needles.addAll(encodedRows(site.persons().members()));
      needles.addAll(encodedRows(site.persons().heldOut()));

      Map<Path, String> others = texts(others(site.study()));
      // two women of different sites can have the same values: their own table is another matter
      others.keySet().removeIf(file -> file.endsWith("table.csv"));
      for (Map.Entry<Path, String> file : others.entrySet()) {
        for (String needle : needles) {
          assertThat(file.getValue().contains(needle))
              .as("a row of %s in %s", site.study(), file.getKey())
              .isFalse();
        }
      }
    }
  }

  @Test
  void theSearchFindsTheRowsOfASiteInItsOwnHome() throws Exception {
    LocalStudy site = homes.studies().getFirst();
    String own = String.join("", texts(List.of(demo.site(site.study()))).values());
    assertThat(site.persons().members().ids()).isNotEmpty().allMatch(own::contains);
    assertThat(encodedRows(site.persons().members())).hasSizeGreaterThan(800);
  }

  /// Each site's update is computed again. That it is the true one shows in the state after the
  /// only round, which may be kept: the first state and the weighted mean of the three.
  @Test
  void nobodyElseKeepsAnUpdate() throws Exception {
    float[] first = homes.studies().getFirst().model().initialVector();
    double[] next = new double[first.length];
    for (int i = 0; i < first.length; i++) {
      next[i] = first[i];
    }
    Map<String, double[]> secrets = new TreeMap<>();
    for (LocalStudy site : homes.studies()) {
      double share = share(site);
      float[] update = update(site, first);
      double[] model = new double[first.length];
      double[] plain = new double[first.length];
      double[] weighted = new double[first.length];
      for (int i = 0; i < first.length; i++) {
        plain[i] = update[i];
        model[i] = first[i] + update[i];
        weighted[i] = share * update[i];
        next[i] += weighted[i];
      }
      secrets.put("update of " + site.study(), plain);
      secrets.put("model of " + site.study(), model);
      secrets.put("weighted update of " + site.study(), weighted);
    }
    List<Path> others = others("");
    assertThat(filesWith(next, others))
        .as("the sum's state, which is nobody's secret")
        .isNotEmpty();
    for (Map.Entry<String, double[]> secret : secrets.entrySet()) {
      assertThat(filesWith(secret.getValue(), others)).as(secret.getKey()).isEmpty();
    }
  }

  @Test
  void oneSitesSecretIsInNoOtherHome() throws Exception {
    for (String site : FinishedDemo.SITES) {
      String secret =
          new String(
              Files.readAllBytes(demo.site(site).resolve("split.key")),
              StandardCharsets.ISO_8859_1);
      String tail = secret.strip().substring(secret.strip().length() - 16);
      assertThat(texts(others(site)).values()).noneMatch(text -> text.contains(tail));
    }
  }

  /// Everything in the working directory but the tables that the demo was given and one site.
  private static List<Path> others(String site) {
    List<Path> others = new ArrayList<>();
    for (String name : List.of("coordinator", "airlock", "people", "dossier", "release")) {
      others.add(demo.workdir().resolve(name));
    }
    for (String other : FinishedDemo.SITES) {
      if (!site.isEmpty() && !other.equals(site)) {
        others.add(demo.site(other));
      }
    }
    return others;
  }

  /// Every file, one character a byte.
  private static Map<Path, String> texts(List<Path> folders) throws IOException {
    Map<Path, String> texts = new TreeMap<>();
    for (Path folder : folders) {
      for (Path file : FinishedDemo.files(folder)) {
        texts.put(file, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return texts;
  }

  /// Each person's features as the trainer gets them, in both byte orders. Different persons can
  /// have equal features, within a site and between sites, but nobody's are written anywhere.
  private static List<String> encodedRows(Samples persons) {
    TreeSet<String> rows = new TreeSet<>();
    for (int row = 0; row < persons.rows(); row++) {
      for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
        ByteBuffer bytes = ByteBuffer.allocate(persons.width() * Float.BYTES).order(order);
        for (int column = 0; column < persons.width(); column++) {
          bytes.putFloat(persons.feature(row, column));
        }
        rows.add(new String(bytes.array(), StandardCharsets.ISO_8859_1));
      }
    }
    return List.copyOf(rows);
  }

  private static double share(LocalStudy site) {
    if (site.plan().aggregation().weights()
        instanceof AggregationPlan.Weights.FixedDenominator(int denominator)) {
      return (double) site.persons().members().rows() / denominator;
    }
    throw new AssertionError("the demo's plan weighs sites by their members");
  }

  private static float[] update(LocalStudy site, float[] state) throws Exception {
    try (LocalTraining training =
        new LocalTraining(site, new PyTorchEngine(), new EngineOptions(1))) {
      return training.update(state, 1);
    }
  }

  /// Files in which eight values in a row are those around the vector's largest, as 32-bit floats
  /// in either byte order, at any offset. (Its first eight may all be near zero: a unit that no
  /// person of a site makes active.) They may be off by 1e-5, thirty times what quantisation does
  /// to them (one part in 2^24 of the clip norm, 5).
  private static List<Path> filesWith(double[] vector, List<Path> folders) throws IOException {
    int largest = 0;
    for (int i = 0; i < vector.length; i++) {
      largest = Math.abs(vector[i]) > Math.abs(vector[largest]) ? i : largest;
    }
    int start = Math.min(largest, vector.length - WINDOW);
    double[] window = Arrays.copyOfRange(vector, start, start + WINDOW);
    assertThat(Math.abs(vector[largest])).as("zeros would be found everywhere").isGreaterThan(1e-3);
    List<Path> found = new ArrayList<>();
    for (Path folder : folders) {
      for (Path file : FinishedDemo.files(folder)) {
        byte[] content = Files.readAllBytes(file);
        if (contains(content, ByteOrder.LITTLE_ENDIAN, window)
            || contains(content, ByteOrder.BIG_ENDIAN, window)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private static boolean contains(byte[] content, ByteOrder order, double[] window) {
    ByteBuffer bytes = ByteBuffer.wrap(content).order(order);
    for (int at = 0; at + WINDOW * Float.BYTES <= content.length; at++) {
      int same = 0;
      while (same < WINDOW
          && Math.abs(bytes.getFloat(at + same * Float.BYTES) - window[same]) < 1e-5) {
        same++;
      }
      if (same == WINDOW) {
        return true;
      }
    }
    return false;
  }
}
