package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.dataset.Samples;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.score.Scorer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The demo's figures, computed again from the released file and every site's table by the obvious
/// slow way: all pairs of persons, in the clear. They came out of masked sums.
@SuppressWarnings("NullAway.Init") // set before all
final class TrueFiguresIT {
  private static FinishedDemo demo;
  private static AllHomes homes;
  private static JsonNode dossier;
  private static Scorer scorer;

  @BeforeAll
  static void open() throws Exception {
    demo = FinishedDemo.get();
    homes = AllHomes.of(demo);
    dossier =
        new ObjectMapper()
            .readTree(Files.readAllBytes(demo.workdir().resolve("dossier/dossier.json")));
    scorer = Scorer.open(OnnxModel.load(demo.bundle().resolve("model.onnx")), 1);
  }

  @AfterAll
  static void close() {
    scorer.close();
  }

  /// The sites measured with PyTorch, this with ONNX Runtime: where two persons' logits differ in
  /// their last bits only, their order may differ. One such pair among the 111 held out by the
  /// smallest site moves the mean of the three AUCs by less than 0.0002; a few are allowed for.
  @Test
  void releasedModelHasTheAucThatTrainingReported() {
    double mean = 0;
    for (LocalStudy site : homes.studies()) {
      Samples persons = site.persons().heldOut();
      float[] logits = scorer.logits(persons.features(), persons.rows());
      List<Double> with = new ArrayList<>();
      List<Double> without = new ArrayList<>();
      for (int i = 0; i < logits.length; i++) {
        (persons.label(i) == 1 ? with : without).add((double) logits[i]);
      }
      mean += wins(with, without) / with.size() / without.size() / homes.studies().size();
    }
    assertThat(demo.json().get("federatedAuc").doubleValue()).isCloseTo(mean, within(0.001));
  }

  @Test
  void dossierCountsThePersonsWhomTheModelGetsRight() {
    long members = 0;
    long heldOut = 0;
    for (LocalStudy site : homes.studies()) {
      members += margins(site.persons().members()).stream().filter(margin -> margin > 0).count();
      heldOut += margins(site.persons().heldOut()).stream().filter(margin -> margin > 0).count();
    }
    assertThat(dossier.at("/correct/members").longValue()).isEqualTo(members);
    assertThat(dossier.at("/correct/nonMembers").longValue()).isEqualTo(heldOut);
  }

  /// Pairs of a member and a held-out person of the same site, all sites together. Counts are
  /// exact; the tolerance is for adding and dividing doubles.
  @Test
  void attacksFoundWhatComparingAllPairsFinds() {
    double loss = 0;
    double gap = 0;
    double pairs = 0;
    for (LocalStudy site : homes.studies()) {
      List<Double> members = margins(site.persons().members());
      List<Double> heldOut = margins(site.persons().heldOut());
      loss += wins(members, heldOut);
      gap += wins(signs(members), signs(heldOut));
      pairs += (double) members.size() * heldOut.size();
    }
    assertThat(attack("loss").get("auc").doubleValue()).isCloseTo(loss / pairs, within(1e-9));
    assertThat(attack("gap").get("auc").doubleValue()).isCloseTo(gap / pairs, within(1e-9));
  }

  @Test
  void provenanceNamesTheHoldOutsThatWereCommittedTo() {
    for (LocalStudy site : homes.studies()) {
      assertThat(dossier.at("/provenance/training/seedCommitments").get(site.study()).textValue())
          .isEqualTo(site.commitment().toString());
    }
    assertThat(dossier.at("/provenance/training/plan").textValue())
        .isEqualTo(homes.plan().digest().toString());
  }

  private static JsonNode attack(String name) {
    for (JsonNode attack : dossier.get("attacks")) {
      if (attack.get("name").textValue().equals(name)) {
        return attack;
      }
    }
    throw new AssertionError("no attack '%s'".formatted(name));
  }

  /// How far on the right side of zero each person's logit lies: orders persons as the loss does.
  private static List<Double> margins(Samples persons) {
    float[] logits = scorer.logits(persons.features(), persons.rows());
    List<Double> margins = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      margins.add(persons.label(i) == 1 ? (double) logits[i] : -(double) logits[i]);
    }
    return margins;
  }

  private static List<Double> signs(List<Double> margins) {
    return margins.stream().map(margin -> margin > 0 ? 1.0 : 0.0).toList();
  }

  /// Pairs in which the first is above the second; a tie is half a pair.
  private static double wins(List<Double> first, List<Double> second) {
    double wins = 0;
    for (double a : first) {
      for (double b : second) {
        wins += a > b ? 1 : a == b ? 0.5 : 0;
      }
    }
    return wins;
  }
}
