package dev.caisson.secagg.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What sites say of journals, as it travels.
final class StandingTest {
  private static final String DOMAIN = "test";
  private static final Digest ROUND = Digest.ofText("round");

  @Test
  void aStandingReadsBackAtTheEdgesOfItsRange() throws Exception {
    for (Sighting own :
        new Sighting[] {
          new Sighting(Long.MIN_VALUE, 0), new Sighting(Long.MAX_VALUE, Sighting.MAX_HEIGHT)
        }) {
      Standing standing =
          new Standing(
              own,
              new TreeMap<>(
                  Map.of(
                      0,
                      new Claim(new Sighting(0, 0), ROUND),
                      Suite.MAX_COHORT - 1,
                      new Claim(new Sighting(-1, Sighting.MAX_HEIGHT), ROUND))));
      FieldWriter out = new FieldWriter(DOMAIN);
      standing.write(out);
      FieldReader in = new FieldReader(DOMAIN, out.toBytes());
      assertThat(Standing.read(in)).isEqualTo(standing);
      in.end();
    }
  }

  @Test
  void aHeightOutOfRangeIsRefusedWhereverItStands() {
    for (long height : new long[] {-1, Sighting.MAX_HEIGHT + 1, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> read(new FieldWriter(DOMAIN).number(1).number(height)))
          .isInstanceOf(MalformedException.class)
          .hasMessage("a journal's height is 0..2^48, got " + height);
      assertThatThrownBy(() -> read(own(1).number(0).number(1).number(height).digest(ROUND)))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("got " + height);
      assertThatThrownBy(() -> new Sighting(1, height))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void membersAscendAndAreOfACohort() {
    assertThatThrownBy(() -> read(claim(claim(own(2), 5), 5)))
        .isInstanceOf(MalformedException.class)
        .hasMessage("5 is outside 6..199");
    assertThatThrownBy(() -> read(claim(claim(own(2), 5), 4))).hasMessage("4 is outside 6..199");
    assertThatThrownBy(() -> read(claim(own(1), 200))).hasMessage("200 is outside 0..199");
    assertThatThrownBy(() -> read(claim(own(1), -1))).hasMessage("-1 is outside 0..199");
    assertThatThrownBy(() -> read(claim(claim(own(2), 199), 199)))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void aCountThatLiesIsRefused() {
    assertThatThrownBy(() -> read(own(201))).hasMessage("201 is outside 0..200");
    assertThatThrownBy(() -> read(own(-1))).hasMessage("-1 is outside 0..200");
    assertThatThrownBy(() -> read(claim(own(2), 3)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("truncated");
  }

  /// Its own sighting, and that so many claims follow.
  private static FieldWriter own(long claims) {
    return new FieldWriter(DOMAIN).number(1).number(2).number(claims);
  }

  private static FieldWriter claim(FieldWriter out, long member) {
    return out.number(member).number(7).number(8).digest(ROUND);
  }

  private static Standing read(FieldWriter out) throws MalformedException {
    return Standing.read(new FieldReader(DOMAIN, out.toBytes()));
  }
}
