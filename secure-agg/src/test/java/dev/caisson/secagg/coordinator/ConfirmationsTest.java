package dev.caisson.secagg.coordinator;

import static dev.caisson.secagg.Refusals.assertAborted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Both ends of a pair confirm its seed; whose confirmations differ is not summed. Site i of seven
/// gives 2^i.
final class ConfirmationsTest {
  private final Federation seven = new Federation(7);
  private final Play play =
      new Play(seven, seven.one(4)).numbers(1, 2, 4, 8, 16, 32, 64).toUploads();

  @Test
  void whoConfirmsOtherPairSeedsThanAllOthersIsLeftOutAndNamed() {
    lies(1, 0, 2, 3, 4, 5, 6);
    SumResult sum = play.toAnswers().sum();
    assertThat(sum.survivors()).hasSize(6).doesNotContain("site-001");
    assertThat(sum.aggregate().exactSum("x")).containsExactly(127 - 2);
    assertThat(sum.faults())
        .containsExactly(
            new Fault(
                Rule.CONFIRMATION,
                "site-001",
                "its pair seeds differ from those of [site-000, site-002, site-003, site-004,"
                    + " site-005, site-006]"));
    assertThat(Rule.CONFIRMATION.provesCulprit()).isTrue();
  }

  /// Of two that differ from each other alone, nobody can tell who lies: neither is summed, and
  /// neither is convicted.
  @Test
  void oneLiarTakesAnHonestSiteOutOfTheSumButDoesNotConvictIt() {
    lies(1, 3);
    SumResult sum = play.toAnswers().sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(127 - 2 - 8);
    assertThat(sum.faults())
        .containsExactly(
            new Fault(
                Rule.DISPUTED_PAIR, "site-001", "its pair seeds differ from those of [site-003]"),
            new Fault(
                Rule.DISPUTED_PAIR, "site-003", "its pair seeds differ from those of [site-001]"));
    assertThat(sum.faults()).noneMatch(fault -> fault.rule().provesCulprit());
  }

  /// Two in league both lie about site-000: it differs from more than either of them does, and is
  /// left out. Once its root is rebuilt, the lie comes out.
  @Test
  void liarsInLeagueDoNotConvictAnHonestSite() {
    lies(1, 0);
    lies(2, 0);
    play.toAnswers();
    assertThat(assertAborted(play.collectAnswers(), "site-001 masked with a pair seed"))
        .containsExactly(
            new Fault(
                Rule.DISPUTED_PAIR,
                "site-000",
                "its pair seeds differ from those of [site-001, site-002]"),
            new Fault(
                Rule.CONFIRMATION,
                "site-001",
                "confirmed another pair seed than its keys and site-000's give"));
  }

  @Test
  void theLiarIsNamedAlthoughAnotherLiesToo() {
    lies(1, 0, 2, 3, 4);
    lies(2, 0);
    SumResult sum = play.toAnswers().sum();
    assertThat(sum.faults())
        .extracting(Fault::rule, Fault::party)
        .containsExactly(
            tuple(Rule.CONFIRMATION, "site-001"),
            tuple(Rule.DISPUTED_PAIR, "site-000"),
            tuple(Rule.DISPUTED_PAIR, "site-002"));
    assertThat(sum.aggregate().exactSum("x")).containsExactly(127 - 1 - 2 - 4);
  }

  /// Member `liar` signs other confirmations for its pairs with these peers, and says nothing more.
  private void lies(int liar, int... peers) {
    String name = seven.name(liar);
    UploadStatement honest = Play.at(play.uploading, name).upload().header().statement();
    List<Digest> confirmations = new ArrayList<>(honest.confirmations());
    for (int peer : peers) {
      confirmations.set(peer < liar ? peer : peer - 1, Digest.ofText("lie " + liar + " " + peer));
    }
    byte[] header =
        Signed.sign(
                new UploadStatement(honest.origin(), honest.root(), confirmations),
                play.manifest.signatures(),
                seven.key(name))
            .encoded();
    assertThat(play.uploads.accept(name, header)).isEqualTo(new Receipt.Accepted());
    assertThat(play.uploads.acceptChunk(name, 0, Play.at(play.uploading, name).upload().chunk(0)))
        .isEqualTo(new Receipt.Accepted());
    play.silent.add(name);
  }
}
