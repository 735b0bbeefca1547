package dev.caisson.secagg;

import static dev.caisson.secagg.Refusals.assertAborted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.NeighbourList;
import dev.caisson.secagg.message.ShareLeaf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Whole rounds over sparse graphs. Degrees and thresholds are much too small to be safe.
final class SparseRoundTest {
  private final Federation twelve = new Federation(12);

  @Test
  void everybodysNumbersAddUp() {
    Play play = SparseFederation.begin(twelve, SparseFederation.one(twelve, 7, 5, 3));
    SumResult sum = play.toUploads().toAnswers().sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(12 * 13 / 2);
    assertThat(sum.dropped()).isEmpty();
    assertThat(sum.faults()).isEmpty();
    assertThat(play.finished).hasSize(12);
  }

  @Test
  void realVectorsAddUp() {
    RoundManifest small =
        ManifestDraft.like(twelve.manifest(7))
            .topology(SparseFederation.one(twelve, 7, 4, 2).topology())
            .build();
    Play play = SparseFederation.setup(twelve, small).begin();
    float[] update = new float[20];
    for (int i = 0; i < 12; i++) {
      for (int j = 0; j < 20; j++) {
        update[j] = (i - j) / 32f;
      }
      play.inputs.put(
          twelve.name(i),
          Input.weighing(1)
              .with("update", update.clone())
              .with("loss", new float[] {i})
              .withExact("histogram", 1, 2, 3, 4, 5, 6, 7, 8, i));
    }
    SumResult sum = play.toUploads().toAnswers().sum();
    assertThat(sum.aggregate().exactSum("histogram"))
        .containsExactly(12, 24, 36, 48, 60, 72, 84, 96, 66);
  }

  /// Before each step, sites fall silent as long as everybody keeps enough of those it drew; the
  /// sum is that of whoever uploaded.
  @Test
  void sumsStayTrueWhoeverFallsSilentAtWhateverStep() {
    Random chance = new Random(6);
    int opened = 0;
    for (int n : new int[] {12, 16, 24}) {
      Federation federation = new Federation(n);
      int consents = n / 2 + 1;
      for (int step = 1; step <= 5; step++) {
        for (int repetition = 0; repetition < (n == 12 ? 2 : 1); repetition++) {
          RoundManifest manifest = SparseFederation.one(federation, consents, 7, 2);
          Set<String> silent = new TreeSet<>();
          List<String> names = new ArrayList<>(federation.names());
          Collections.shuffle(names, chance);
          silent.addAll(names.subList(0, 1 + chance.nextInt(n / 5)));
          Play play =
              SparseFederation.setup(federation, manifest)
                  .seed(chance.nextLong(1000))
                  .begin()
                  .numbers(SparseFederation.numbers(federation));
          SumResult sum = playOn(play, step, silent);
          long expected = 0;
          for (String name : sum.survivors()) {
            expected += federation.names().indexOf(name) + 1;
          }
          assertThat(sum.aggregate().exactSum("x")).containsExactly(expected);
          if (step <= 3) {
            assertThat(sum.survivors()).doesNotContainAnyElementsOf(silent);
          } else {
            assertThat(sum.survivors()).containsAll(silent);
          }
          opened++;
        }
      }
    }
    assertThat(opened).isEqualTo(5 * (2 + 1 + 1));
  }

  private static SumResult playOn(Play play, int step, Set<String> silent) {
    silence(play, step == 1, silent);
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    silence(play, step == 2, silent);
    assertThat(play.collectShares()).isTrue();
    play.agree();
    play.mask();
    silence(play, step == 3, silent);
    assertThat(play.collectUploads()).isTrue();
    play.consent();
    silence(play, step == 4, silent);
    assertThat(play.collectConsents()).isTrue();
    play.answer();
    silence(play, step == 5, silent);
    return play.sum();
  }

  private static void silence(Play play, boolean now, Set<String> silent) {
    if (now) {
      play.silent.addAll(silent);
    }
  }

  /// Some fall silent before they upload, others before they answer: the first ones' roots are
  /// rebuilt for the pair masks that the second ones do not reveal.
  @Test
  void rootsAreRebuiltWhereANeighbourFallsSilentToo() {
    Federation sixteen = new Federation(16);
    Play play = SparseFederation.begin(sixteen, SparseFederation.one(sixteen, 9, 9, 3));
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.collectShares()).isTrue();
    play.agree();
    play.mask();
    play.silent.addAll(List.of("site-003", "site-007"));
    assertThat(play.collectUploads()).isTrue();
    play.consent();
    assertThat(play.collectConsents()).isTrue();
    play.answer();
    play.silent.addAll(List.of("site-000", "site-015"));
    SumResult sum = play.sum();
    assertThat(sum.dropped()).containsExactly("site-003", "site-007");
    assertThat(sum.aggregate().exactSum("x")).containsExactly(16 * 17 / 2 - 4 - 8);
  }

  /// A site that drew too many who fall silent before U3 is left out, and the others sum.
  @Test
  void aSiteWithTooFewOfItsNeighboursLeftIsLeftOutOfTheSum() throws Exception {
    Federation federation = new Federation(24);
    Play play = SparseFederation.begin(federation, SparseFederation.one(federation, 13, 5, 2));
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    List<Integer> drawn = drawnBy(play, "site-000");
    assertThat(play.collectShares()).isTrue();
    play.agree();
    play.mask();
    drawn.subList(0, 4).forEach(member -> play.silent.add(federation.name(member)));
    assertThat(play.collectUploads()).isTrue();
    assertThat(play.toSites).doesNotContainKey("site-000").hasSize(24 - 4 - 1);
    play.consent();
    assertThat(play.collectConsents()).isTrue();
    play.answer();
    long expected = 24 * 25 / 2 - 1;
    for (int member : drawn.subList(0, 4)) {
      expected -= member + 1;
    }
    SumResult sum = play.sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(expected);
    assertThat(sum.faults()).isEmpty();
  }

  private static List<Integer> drawnBy(Play play, String name) throws Exception {
    return Deal.decode(Play.at(play.fromSites, name)).leaves().stream()
        .map(ShareLeaf::holder)
        .toList();
  }

  /// After U3 is fixed nobody can be left out any more: the round ends without a sum.
  @Test
  void aNeighbourhoodThatFallsSilentAfterU3EndsTheRound() throws Exception {
    Play play = SparseFederation.begin(twelve, SparseFederation.one(twelve, 7, 4, 3));
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    List<Integer> drawn = drawnBy(play, "site-000");
    assertThat(play.collectShares()).isTrue();
    play.agree();
    play.mask();
    assertThat(play.collectUploads()).isTrue();
    play.consent();
    assertThat(play.collectConsents()).isTrue();
    play.answer();
    play.silent.add(twelve.name(drawn.get(0)));
    play.silent.add(twelve.name(drawn.get(1)));
    assertThat(assertAborted(play.collectAnswers(), "2 shares of site-000's self-mask seed opened"))
        .isEmpty();
  }

  /// A site deals to whom it drew and to nobody else, and is told only who drew it.
  @Test
  void nobodyIsToldWhoElseDrewWhom() throws Exception {
    Play play = SparseFederation.begin(twelve, SparseFederation.one(twelve, 7, 4, 2));
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    Set<String> edges = new TreeSet<>();
    for (String name : twelve.names()) {
      int dealer = twelve.names().indexOf(name);
      Deal deal = Deal.decode(Play.at(play.fromSites, name));
      assertThat(deal.leaves()).hasSize(4).extracting(ShareLeaf::holder).doesNotContain(dealer);
      deal.leaves().forEach(leaf -> edges.add(dealer + ">" + leaf.holder()));
    }
    assertThat(edges).hasSize(48);
    assertThat(play.collectShares()).isTrue();
    play.toSites.forEach(
        (name, message) -> {
          int self = twelve.names().indexOf(name);
          NeighbourList list = (NeighbourList) message;
          assertThat(list.members()).hasSize(12);
          for (NeighbourList.Parcel parcel : list.parcels()) {
            assertThat(edges).contains(parcel.dealer() + ">" + self);
            assertThat(parcel.leaf().holder()).isEqualTo(self);
          }
        });
  }

  @Test
  void theReportSaysWhatTheGraphPromises() {
    Play play = SparseFederation.begin(twelve, SparseFederation.one(twelve, 7, 5, 3));
    SumResult sum = play.toUploads().toAnswers().sum();
    assertThat(sum.graph()).isPresent();
    assertThat(sum.graph().get().members()).isEqualTo(12);
    assertThat(sum.graph().get().others())
        .as("three shares open, none of them corrupt")
        .isEqualTo(2);
    assertThat(sum.graph().get().alpha()).isEqualTo(2.0 / 12);
    assertThat(sum.graph().get().log2OfHalfOrLess()).as("twelve are far too few").isPositive();
    Play complete = new Play(twelve, twelve.one(7)).numbers(SparseFederation.numbers(twelve));
    assertThat(complete.toUploads().toAnswers().sum().graph()).isEmpty();
  }
}
