package dev.caisson.secagg.site;

import static dev.caisson.secagg.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.ConsentStatement;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.message.SurvivorList.Entry;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A site that awaits U3, and a coordinator that hands it something else.
final class UploadingTest {
  private final Federation four = new Federation(4);
  private final Play play = uploaded(new Play(four, four.one(3)));

  @Test
  void bytesThatAreNoU3AreRefused() {
    byte[] u3 = u3().encoded();
    refuses("site-000", new byte[0], Rule.WELL_FORMED, "U3: truncated");
    refuses("site-001", Arrays.copyOf(u3, u3.length - 1), Rule.WELL_FORMED, "U3: truncated");
    refuses(
        "site-002", Arrays.copyOf(u3, u3.length + 1), Rule.WELL_FORMED, "U3: 1 bytes behind the");
  }

  @Test
  void aListOutOfOrderOrWithAMemberTwiceIsRefused() {
    List<Entry> u3 = u3().entries();
    refuses("site-000", u3.reversed(), Rule.NESTED_LISTS, "U3 names member 2");
    refuses(
        "site-001", List.of(u3.get(0), u3.get(0), u3.get(1)), Rule.NESTED_LISTS, "names member 0");
  }

  /// site-003 leaves before U1.
  @Test
  void aMemberThatU2DidNotNameIsRefused() {
    Play fewer = new Play(four, four.one(3));
    fewer.silent.add("site-003");
    uploaded(fewer);
    List<Entry> more =
        new ArrayList<>(((SurvivorList) Play.at(fewer.toSites, "site-000")).entries());
    more.add(new Entry(3, Digest.ofText("x")));
    assertRefused(
        Play.at(fewer.uploading, "site-000").handle(new SurvivorList(more).encoded()),
        Rule.NESTED_LISTS,
        Fault.COORDINATOR,
        "U3 names member 3");
  }

  @Test
  void aListBelowTheFloorIsRefused() {
    refuses(
        "site-000",
        u3().entries().subList(0, 2),
        Rule.SURVIVOR_FLOOR,
        "U3 has 2 members, at least 3 = max(3, t) are needed");
  }

  @Test
  void theOwnUploadMustBeInU3AsItWasSent() {
    List<Entry> u3 = u3().entries();
    refuses("site-000", u3.subList(1, 4), Rule.OWN_ENTRY, "U3 does not hold this site's upload");
    Entry another = new Entry(1, Digest.ofText("another upload"));
    refuses(
        "site-001",
        List.of(u3.get(0), another, u3.get(2)),
        Rule.OWN_ENTRY,
        "U3 does not hold this site's upload");
    // the digest of another's upload in its own place
    refuses(
        "site-002",
        List.of(u3.get(0), u3.get(1), new Entry(2, u3.get(3).upload())),
        Rule.OWN_ENTRY,
        "U3 does not hold this site's upload");
  }

  @Test
  void theConsentIsToWhatItWasShownAndRememberedFirst() {
    SurvivorList less = new SurvivorList(u3().entries().subList(0, 3));
    Step.Next<AwaitingConsents> next =
        (Step.Next<AwaitingConsents>) handle("site-000", less.encoded());
    JournalEntry.Consented entry = (JournalEntry.Consented) next.entry().orElseThrow();
    assertThat(entry.survivors()).containsExactly("site-000", "site-001", "site-002");
    Signed<?> consent = (Signed<?>) next.outgoing().orElseThrow();
    assertThat(consent.statement())
        .isEqualTo(new ConsentStatement(new Origin(play.manifest.digest(), entry.d3(), 0)));
    // the others were shown all four: another D3
    Step.Next<AwaitingConsents> other =
        (Step.Next<AwaitingConsents>) handle("site-001", u3().encoded());
    assertThat(((JournalEntry.Consented) other.entry().orElseThrow()).d3())
        .isNotEqualTo(entry.d3());
  }

  @Test
  void itSignsOneU3AndSendsNoChunkAfterIt() {
    byte[] u3 = u3().encoded();
    Uploading site = Play.at(play.uploading, "site-000");
    assertThat(site.upload().chunk(0)).isNotEmpty();
    assertThat(site.handle(u3)).isInstanceOf(Step.Next.class);
    assertThatThrownBy(() -> site.handle(u3)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> site.upload().chunk(0)).hasMessageContaining("closed");
    Uploading refuses = Play.at(play.uploading, "site-001");
    assertThat(refuses.handle(new byte[0])).isInstanceOf(Step.Refused.class);
    assertThatThrownBy(() -> refuses.upload().chunk(0)).hasMessageContaining("closed");
  }

  private static Play uploaded(Play play) {
    play.numbers(7, 7, 7, 7).toUploads();
    assertThat(play.collectUploads()).isTrue();
    return play;
  }

  private SurvivorList u3() {
    return (SurvivorList) Play.at(play.toSites, "site-000");
  }

  private Step<AwaitingConsents> handle(String site, byte[] message) {
    return Play.at(play.uploading, site).handle(message);
  }

  private void refuses(String site, List<Entry> entries, Rule rule, String words) {
    refuses(site, new SurvivorList(entries).encoded(), rule, words);
  }

  private void refuses(String site, byte[] message, Rule rule, String words) {
    Step<AwaitingConsents> step = handle(site, message);
    assertRefused(step, rule, Fault.COORDINATOR, words);
    assertThat(((Step.Refused<?>) step).entry()).isEmpty();
    assertThat(((Step.Refused<?>) step).complaint()).isEmpty();
  }
}
