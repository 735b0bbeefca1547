package dev.caisson.secagg.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Who is named where pair seeds differ. In all of these, site 0 is honest.
final class ConfirmationsTest {
  private static final int N = 6;
  private static final Digest ANY = Digest.ofText("any");

  private final Federation federation = new Federation(N);
  private final Roll roll =
      new Roll(federation.manifest(4, Federation.SMALL, new Weights.Equal()), federation.roster());

  /// Both were out of the study's later rounds before: one liar for each honest site.
  @Test
  void aLiarDoesNotTakeAnHonestSiteWithItForGood() {
    assertThat(unconfirmed(Set.of(1))).containsExactly(0, 1);
    assertThat(roll.faults()).extracting(Fault::rule).containsOnly(Rule.PAIR_DISPUTED);
    assertThat(roll.faults()).noneMatch(fault -> fault.rule().provesCulprit());
  }

  /// Two in league differ from one honest site, which then differs from most.
  @Test
  void twoLiarsDoNotNameAnHonestSite() {
    assertThat(unconfirmed(Set.of(1, 2))).as("the sum needs the pair masks").containsExactly(0);
    assertThat(roll.faults()).noneMatch(fault -> fault.rule().provesCulprit());
  }

  @Test
  void whoDiffersFromMostOfTheOthersIsNamed() {
    assertThat(unconfirmed(Set.of(1, 2, 3))).containsExactly(0);
    assertThat(roll.faults()).singleElement().extracting(Fault::rule).isEqualTo(Rule.CONFIRMATION);
  }

  /// All upload; the liars confirm another seed with site 0 than it does.
  private Set<Integer> unconfirmed(Set<Integer> liars) {
    List<Integer> u2 = List.of(0, 1, 2, 3, 4, 5);
    NavigableMap<Integer, UploadStatement> uploads = new TreeMap<>();
    for (int member : u2) {
      List<Digest> confirmations = new ArrayList<>();
      for (int peer : u2) {
        if (peer != member) {
          boolean lie = peer == 0 && liars.contains(member);
          confirmations.add(
              Digest.ofText(lie ? "lie" : Math.min(member, peer) + " " + Math.max(member, peer)));
        }
      }
      uploads.put(member, new UploadStatement(new Origin(ANY, ANY, member), ANY, confirmations));
    }
    return Confirmations.unconfirmed(roll, u2, uploads);
  }
}
