package dev.caisson.secagg.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.trust.Digest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lies about how far a site's journal is: they halt it, they never end it.
final class FarClaimsTest {
  private static final Digest ROUND = Digest.ofText("round");
  private static final long OWN = 7;

  @ParameterizedTest
  @ValueSource(longs = {1000, Sighting.MAX_HEIGHT - 1, Sighting.MAX_HEIGHT})
  void aSiteGoesOnWhateverOthersClaim(long height) {
    Journal journal = new Journal();
    journal.apply(new JournalEntry.Opened(OWN));
    journal.apply(begun(ROUND));
    for (long incarnation : new long[] {OWN, 5}) {
      Sighting lie = new Sighting(incarnation, height);
      Map<String, Claim> claims = Map.of("liar", new Claim(lie, ROUND));
      assertThat(journal.contradicted(claims)).isEqualTo(Map.of("liar", lie));
      journal.apply(new JournalEntry.Halted(ROUND, new TreeMap<>(Map.of("liar", lie))));
      assertThat(journal.objection(begun(Digest.ofText("next")))).isPresent();
      JournalEntry resumed =
          new JournalEntry.Permitted(
              new Permit.Resume(
                  "b", journal.halted().orElseThrow().height(), "a lie", incarnation));
      assertThat(journal.objection(resumed)).isEmpty();
      journal.apply(resumed);
      assertThat(journal.halted()).isEmpty();
      assertThat(journal.objection(begun(Digest.ofText("next")))).isEmpty();
      assertThat(journal.contradicted(claims)).as("the same claim again").isEmpty();
    }
    for (int i = 0; i < 1000; i++) {
      journal.apply(begun(Digest.ofText("round " + i)));
    }
    assertThat(journal.height()).isLessThan(Sighting.MAX_HEIGHT);
  }

  /// The site's own next sighting, which whoever saw it before takes for one that goes on.
  @Test
  void whatASiteSaysOfItselfAfterAFarClaimIsStillPlausible() {
    Journal peer = new Journal();
    peer.apply(begun(ROUND));
    peer.apply(
        new JournalEntry.Keyed(ROUND, ROUND, new TreeMap<>(Map.of("b", new Sighting(OWN, 90)))));
    assertThat(peer.isPlausible("b", new Sighting(8, Sighting.MAX_RESUMED + 3))).isTrue();
  }

  private static JournalEntry.Begun begun(Digest manifest) {
    return new JournalEntry.Begun(
        manifest, "s", 1, "train", ROUND, ROUND, List.of("a", "b", "c"), 3);
  }
}
