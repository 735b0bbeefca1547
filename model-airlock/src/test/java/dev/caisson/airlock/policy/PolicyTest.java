package dev.caisson.airlock.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.structure.StructuralLimits;
import dev.caisson.yaml.BadYamlException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private static final String DEFAULT = new String(Policy.standardText(), StandardCharsets.UTF_8);

  @Test
  void theDefaultIsWhatTheDesignSays() {
    Policy policy = Policy.standard();
    assertThat(policy.structural(Destination.NAMED)).isEqualTo(new StructuralLimits(10, 10, 10));
    assertThat(policy.value(Limit.PERSONS_EACH_SIDE, Destination.NAMED)).isEqualTo(300);
    assertThat(policy.value(Limit.REFERENCES, Destination.TRE)).isEqualTo(16);
    assertThat(policy.value(Limit.AUC_SUPPORT, Destination.QUERY_ONLY)).isEqualTo(0.60);
    assertThat(policy.value(Limit.AUC_BLOCK, Destination.NAMED)).isEqualTo(0.65);
    assertThat(policy.value(Limit.AUC_SUPPORT, Destination.PUBLIC)).isEqualTo(0.55);
    assertThat(policy.count(Limit.ATTEMPTS, Destination.PUBLIC)).isEqualTo(3);
    assertThat(policy.general(Limit.K).source().toString()).contains("ACRO", "safe_threshold");
    assertThat(policy.general(Limit.AUC_BLOCK).source().toString()).contains("SACRO-ML");
    assertThat(policy.general(Limit.AUC_SUPPORT).source())
        .isEqualTo(new Source.Local("Caisson maintainers", LocalDate.parse("2026-11-26")));
    assertThat(policy.required(Task.BINARY)).hasSize(4);
    assertThat(policy.required(Task.REGRESSION)).doesNotContain("label-only");
    assertThat(policy.required(Task.RISK)).containsExactly("loss");
    assertThat(PolicyComparison.loosened(policy, policy)).isEmpty();
  }

  @Test
  void unknownKeysAreRefusedWithTheNearestName() {
    refuses("auc-support:", "auc-suport:", "line 45", "did you mean 'auc-support'?");
    refuses("floors:", "flors:", "unknown key 'flors' (did you mean 'floors'?)");
    refuses("{value: .60, source", "{valeu: .60, source", "did you mean 'value'?");
  }

  @Test
  void aNumberWithoutASourceIsRefused() {
    String local = "{value: .60, source: \"local, Caisson maintainers, 2026-11-26\"}";
    refuses(local, ".60", "auc-support: every number names its source");
    refuses(local, "{value: .60}", "the key 'source' is missing");
    refuses(local, "{value: .60, source: \"\"}", "source: expected a text");
    refuses(local, "{value: .60, source: local, us, 2026-11-26}", "in quotes");
    refuses(local, "{value: .60, source: \"local, us\"}", "who decided and when");
    refuses(local, "{value: .60, source: \"local, us, soon\"}", "ends with the day");
    refuses(local, "{value: .60, source: \"local, , 2026-11-26\"}", "has an owner");
  }

  @Test
  void attacksWithoutReferenceModelsCannotBeDeclaredEnough() {
    refuses(
        "references: {value: 16,",
        "references: {value: 0,",
        "floors.references.value: at least 1 reference model is needed: attacks without reference"
            + " models never clear a model, because they miss leaks");
  }

  @Test
  void numbersOutsideTheirRangeAreRefused() {
    refuses("auc-support: {value: .60", "auc-support: {value: .5", "a number above 0.5, below 1");
    refuses("auc-block: {value: .65", "auc-block: {value: 1", "above 0.5, below 1, got 1");
    refuses("k: {value: 10", "k: {value: 1", "a whole number from 2 to 1000, got 1");
    refuses("k: {value: 10", "k: {value: 10.5", "a whole number");
    refuses("alpha: {value: .05", "alpha: {value: 0", "above 0, at most 0.2");
    refuses(
        "tpr-at-1-percent-support: {value: .03", "tpr-at-1-percent-support: {value: .01", "0.01");
    refuses("value: block", "value: allow", "only 'block' can be said here");
    refuses("sanitised-low-bits: {value: 3", "sanitised-low-bits: {value: 17", "from 0 to 16");
  }

  @Test
  void numbersThatContradictEachOtherAreRefused() {
    refuses(
        "auc-support: {value: .60",
        "auc-support: {value: .70",
        "attacks.auc-support: auc-support (0.7) must be below auc-block (0.65)");
    refuses(
        "persons-for-tpr-at-1-percent: {value: 1000",
        "persons-for-tpr-at-1-percent: {value: 20000",
        "must be at most persons-for-tpr-at-0.1-percent (10000)");
    refuses(
        "references-for-memorisation: {value: 64",
        "references-for-memorisation: {value: 8",
        "references (16) must be at most references-for-memorisation (8)");
    refuses(
        "auc-block: {value: .60",
        "auc-block: {value: .54",
        "destinations.public.stricter.auc-support: auc-support (0.55) must be below auc-block (0.54)");
  }

  @Test
  void aDestinationCanOnlyBeStricter() {
    String tail = "  query-only:\n    allowed: true\n";
    refuses(
        tail,
        tail + "    stricter: {auc-support: {value: .62, source: \"local, us, 2026-11-26\"}}\n",
        "a destination can only be stricter than the rest (0.6), got 0.62; to loosen it, change attacks.auc-support");
    refuses(tail, "  query-onyl:\n    allowed: true\n", "did you mean 'query-only'?");
    refuses("  tre:", "  trea:", "did you mean 'tre'?");
  }

  @Test
  void whatIsRequiredMustExist() {
    refuses("attack: quantile", "attack: quantil", "did you mean 'quantile'?");
    refuses("attack: quantile", "attack: loss", "'loss' is required twice");
    refuses("tasks: [binary, multiclass]", "tasks: [binry]", "did you mean 'binary'?");
    refuses("version: caisson/policy/v1", "version: caisson/policy/v2", "is not one of");
  }

  @Test
  void everyLoosenedNumberIsNamed() throws Exception {
    Policy loose = changed("auc-block: {value: .65", "auc-block: {value: .80");
    assertThat(PolicyComparison.loosened(loose, Policy.standard()))
        .containsExactly(
            "attacks.auc-block is 0.8, the default is 0.65: an attack's AUC shown to be above this blocks");
    assertThat(
            PolicyComparison.loosened(changed("k: {value: 10", "k: {value: 5"), Policy.standard()))
        .singleElement()
        .asString()
        .startsWith("structure.k is 5, the default is 10");
    assertThat(
            PolicyComparison.loosened(
                changed("alpha: {value: .05", "alpha: {value: .01"), Policy.standard()))
        .singleElement()
        .asString()
        .endsWith("clears less and blocks less");
    assertThat(
            PolicyComparison.loosened(
                changed("tasks: [binary, multiclass]\n", "tasks: [binary]\n"), Policy.standard()))
        .containsExactly(
            "attacks.required: 'label-only' is no longer required on multiclass models");
    assertThat(
            PolicyComparison.loosened(
                changed("auc-support: {value: .55", "auc-support: {value: .58"), Policy.standard()))
        .containsExactly("destinations.public: auc-support is 0.58 there, the default is 0.55");
    assertThat(
            PolicyComparison.loosened(changed("k: {value: 10", "k: {value: 20"), Policy.standard()))
        .isEmpty();
  }

  @Test
  void aLargeFileIsRefused() {
    byte[] large = (DEFAULT + "#".repeat(Policy.MAX_BYTES)).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Policy.parse("p.yaml", large))
        .isInstanceOf(BadYamlException.class)
        .hasMessageContaining("at most 65,536 bytes");
    assertThatThrownBy(() -> Policy.parse("p.yaml", new byte[1 << 20]))
        .isInstanceOf(BadYamlException.class);
  }

  @Test
  void mutatedPoliciesAreReadOrRefusedAndNothingElse() {
    SplittableRandom random = new SplittableRandom(1);
    byte[] bytes = Policy.standardText();
    int refused = 0;
    for (int run = 0; run < 3_000; run++) {
      byte[] bent = bytes.clone();
      for (int i = 0; i < 3; i++) {
        bent[random.nextInt(bent.length)] = (byte) (32 + random.nextInt(95));
      }
      try {
        assertThat(Policy.parse("p.yaml", bent).value(Limit.REFERENCES, Destination.PUBLIC))
            .isGreaterThanOrEqualTo(1);
      } catch (BadYamlException e) {
        assertThat(e.getMessage()).startsWith("p.yaml");
        refused++;
      }
    }
    assertThat(refused).isBetween(300, 2_900);
  }

  static Policy changed(String from, String to) throws BadYamlException {
    assertThat(DEFAULT).contains(from);
    return Policy.parse("p.yaml", DEFAULT.replace(from, to).getBytes(StandardCharsets.UTF_8));
  }

  private static void refuses(String from, String to, String... parts) {
    assertThatThrownBy(() -> changed(from, to))
        .isInstanceOf(BadYamlException.class)
        .hasMessageStartingWith("p.yaml, line ")
        .hasMessageContainingAll(parts);
  }
}
