package dev.caisson.secagg.coordinator;

import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.message.ComplaintStatement;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.trust.Digest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Complaints as [CollectingUploads] takes them: whoever complains has left; nobody is believed
/// alone.
final class ComplaintsTest {
  private final Federation five = new Federation(5);
  private final Play play = new Play(five, five.one(3)).numbers(1, 2, 4, 8, 16);
  private Digest d1 = Digest.ofText("not yet");

  @BeforeEach
  void toUploads() {
    assertThat(play.collectKeys()).isTrue();
    d1 = Transcript.d1(play.manifest.digest(), (KeyList) play.toSites.firstEntry().getValue());
    play.deal();
    assertThat(play.collectShares()).isTrue();
    play.agree();
    play.mask();
  }

  @Test
  void whoeverComplainsHasLeftAndTheOthersSum() {
    assertRejected(
        complain("site-000", 1),
        Rule.COMPLAINT,
        "site-000",
        "left, accusing site-001 of ENVELOPE: no");
    assertThat(play.uploads.awaited()).doesNotContain("site-000");
    assertRejected(
        play.uploads.accept(
            "site-000", Play.at(play.uploading, "site-000").upload().header().encoded()),
        Rule.STAYS_DROPPED,
        "site-000");
    play.silent.add("site-000");
    SumResult sum = play.toAnswers().sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(2 + 4 + 8 + 16);
    assertThat(sum.faults())
        .extracting(Fault::rule)
        .containsExactly(Rule.COMPLAINT, Rule.STAYS_DROPPED);
  }

  @Test
  void aComplaintAgainstNobodyOfU2StillMeansLeaving() {
    assertRejected(
        complain("site-000", 77), Rule.COMPLAINT, "site-000", "left, accusing nobody of U2");
    assertThat(play.uploads.awaited()).doesNotContain("site-000");
  }

  @Test
  void aForgedComplaintOrOneOfAnotherTranscriptIsNotBelieved() {
    Origin origin = new Origin(play.manifest.digest(), d1, 0);
    assertRejected(
        play.uploads.accept("site-000", signed(origin, 1, "site-002")),
        Rule.SIGNATURE,
        "site-000",
        "does not hold");
    assertRejected(
        play.uploads.accept(
            "site-000",
            signed(new Origin(play.manifest.digest(), play.manifest.digest(), 0), 1, "site-000")),
        Rule.SAME_TRANSCRIPT,
        "site-000");
    assertRejected(
        play.uploads.accept("site-000", signed(new Origin(d1, d1, 0), 1, "site-000")),
        Rule.SAME_ROUND,
        "site-000");
    assertRejected(
        play.uploads.accept("site-001", signed(origin, 1, "site-000")),
        Rule.MEMBER,
        "site-001",
        "claims to be from member 0 instead of 1");
    assertThat(play.uploads.awaited()).containsExactlyElementsOf(five.names());
    assertThat(play.toAnswers().sum().aggregate().exactSum("x")).containsExactly(31);
  }

  /// Its header is there: it has taken everybody's dealings, and cannot take that back.
  @Test
  void whoeverHasUploadedDoesNotComplainAnyMore() {
    play.uploads.accept(
        "site-000", Play.at(play.uploading, "site-000").upload().header().encoded());
    assertRejected(complain("site-000", 1), Rule.ONE_MESSAGE, "site-000");
    assertThat(play.toAnswers().sum().aggregate().exactSum("x")).containsExactly(31);
  }

  @Test
  void halfOfTheOthersDoNotConvict() {
    complain("site-001", 0);
    complain("site-002", 0);
    play.silent.addAll(List.of("site-001", "site-002"));
    SumResult sum = play.toAnswers().sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(1 + 8 + 16);
    assertThat(sum.faults())
        .extracting(Fault::rule)
        .containsExactly(Rule.COMPLAINT, Rule.COMPLAINT);
    assertThat(sum.faults()).noneMatch(fault -> fault.rule().provesCulprit());
  }

  @Test
  void mostOfTheOthersDo() {
    complain("site-001", 0);
    complain("site-002", 0);
    complain("site-003", 0);
    play.silent.addAll(List.of("site-001", "site-002", "site-003"));
    assertThat(play.collectUploads()).isFalse();
    assertThat(((Outcome.Aborted<?>) play.last).faults())
        .filteredOn(fault -> fault.rule().provesCulprit())
        .containsExactly(
            new Fault(Rule.ACCUSED_BY_MOST, "site-000", "accused by 3 of the 4 others"));
  }

  private Receipt complain(String site, int accused) {
    int member = five.names().indexOf(site);
    return play.uploads.accept(
        site, signed(new Origin(play.manifest.digest(), d1, member), accused, site));
  }

  private byte[] signed(Origin origin, int accused, String signer) {
    return Signed.sign(
            new ComplaintStatement(origin, accused, "ENVELOPE: no"),
            play.manifest.signatures(),
            five.key(signer))
        .encoded();
  }
}
