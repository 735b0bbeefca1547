package dev.caisson.protocol.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PersonalPartTest {
  private static final List<String> MODEL = List.of("body.weight", "head.weight", "head.bias");

  private static PersonalPart read(String patterns) throws Exception {
    return Plans.read(Plans.TEXT + "personal: " + patterns + "\n").personal();
  }

  @Test
  void namesAndBeginningsOfNamesStayAtTheSites() throws Exception {
    PersonalPart part = read("[\"head.*\"]");
    assertThat(MODEL).filteredOn(part::holds).containsExactly("head.weight", "head.bias");
    assertThat(part.objection(MODEL)).isEmpty();
    assertThat(read("[head.bias]").holds("head.bias.more")).isFalse();
    assertThat(PersonalPart.NONE.holds("head.bias")).isFalse();
    assertThat(PersonalPart.NONE.objection(MODEL)).isEmpty();
  }

  @Test
  void aNameThatTheModelHasNotIsRefusedWithTheNearest() throws Exception {
    assertThat(read("[head.wieght]").objection(MODEL))
        .contains(
            "personal: the model has no parameter 'head.wieght' (did you mean 'head.weight'?)");
    assertThat(read("[\"tail*\"]").objection(MODEL)).isPresent();
  }

  @Test
  void somethingMustBeShared() throws Exception {
    assertThat(read("[\"body*\", \"head*\"]").objection(MODEL))
        .contains("personal: all parameters would stay at the sites, and none be shared");
  }

  @Test
  void whatIsNoNameIsRefused() {
    for (String bad :
        List.of("[\"*\"]", "[\"a*b\"]", "[\"a**\"]", "[a, a]", "[]", "head", "[\" \"]")) {
      assertThatThrownBy(() -> read(bad)).as(bad).hasMessageContaining("personal");
    }
  }

  @Test
  void aWarmStartNamesTheReleasedFile() throws Exception {
    String bare = Plans.TEXT.replaceAll("model:\n  kind: mlp\n  inputs: 4\n  hidden: \\[3]\n", "");
    WarmStart start =
        Plans.read(
                bare
                    + "warm-start: %s\nwarm-start-signer: %s\n"
                        .formatted(Plans.DATASET, Plans.DATASET))
            .method()
            .warmStart()
            .orElseThrow();
    assertThat(start.model()).isEqualTo(Plans.DATASET);
    assertThat(start.signer()).contains(Plans.DATASET);
    assertThatThrownBy(() -> Plans.read(bare + "warm-start: abc\n"))
        .hasMessageContaining("the released model file, sha256:");
    assertThatThrownBy(() -> Plans.read(bare + "warm-start-signer: " + Plans.DATASET + "\n"))
        .hasMessageContaining("there is no 'warm-start'");
    assertThatThrownBy(() -> Plans.read(Plans.TEXT + "warm-start: " + Plans.DATASET + "\n"))
        .hasMessageContaining("left out where the plan describes its model");
  }
}
