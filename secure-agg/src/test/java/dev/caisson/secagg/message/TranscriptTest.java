package dev.caisson.secagg.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.agreement.PublicKeys;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.secagg.journal.Standing;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// D1, D2 and D3 by their definition, and that each changes with everything that it covers.
final class TranscriptTest {
  private static final Digest M = Digest.ofText("manifest");
  private static final Digest OTHER = Digest.ofText("other");

  @Test
  void d1CoversTheManifestAndEveryMembersKeys() {
    Signed<KeysStatement> one = keys(1, 10);
    Signed<KeysStatement> two = keys(2, 20);
    Digest d1 = Transcript.d1(M, new KeyList(List.of(one, two)));
    assertThat(d1)
        .isEqualTo(
            new FieldWriter(Suite.DOMAIN + "d1")
                .digest(M)
                .number(2)
                .number(1)
                .digest(one.digest())
                .number(2)
                .digest(two.digest())
                .toDigest());
    assertThat(
            List.of(
                Transcript.d1(OTHER, new KeyList(List.of(one, two))),
                Transcript.d1(M, new KeyList(List.of(one))),
                Transcript.d1(M, new KeyList(List.of(two, one))),
                Transcript.d1(M, new KeyList(List.of(one, keys(2, 21))))))
        .doesNotContain(d1)
        .doesNotHaveDuplicates();
  }

  @Test
  void d2CoversD1AndEveryDealing() {
    Signed<SharesStatement> one = shares(1, M);
    Signed<SharesStatement> two = shares(2, M);
    Digest d2 = Transcript.d2(M, List.of(one, two));
    assertThat(d2)
        .isEqualTo(
            new FieldWriter(Suite.DOMAIN + "d2")
                .digest(M)
                .number(2)
                .number(1)
                .digest(one.digest())
                .number(2)
                .digest(two.digest())
                .toDigest());
    assertThat(
            List.of(
                Transcript.d2(OTHER, List.of(one, two)),
                Transcript.d2(M, List.of(one)),
                Transcript.d2(M, List.of(one, shares(2, OTHER)))))
        .doesNotContain(d2)
        .doesNotHaveDuplicates();
  }

  @Test
  void d3CoversD2AndEverySurvivorsUpload() throws Exception {
    SurvivorList.Entry one = new SurvivorList.Entry(1, M);
    SurvivorList.Entry two = new SurvivorList.Entry(7, OTHER);
    SurvivorList survivors = new SurvivorList(List.of(one, two));
    assertThat(survivors.members()).containsExactly(1, 7);
    assertThat(SurvivorList.decode(survivors.encoded())).isEqualTo(survivors);
    Digest d3 = Transcript.d3(M, survivors);
    assertThat(d3)
        .isEqualTo(
            new FieldWriter(Suite.DOMAIN + "d3").digest(M).bytes(survivors.encoded()).toDigest());
    assertThat(
            List.of(
                Transcript.d3(OTHER, survivors),
                Transcript.d3(M, new SurvivorList(List.of(one))),
                Transcript.d3(M, new SurvivorList(List.of(one, new SurvivorList.Entry(7, M))))))
        .doesNotContain(d3)
        .doesNotHaveDuplicates();
  }

  private static Signed<KeysStatement> keys(int member, int fill) {
    byte[] point = new byte[32];
    point[0] = (byte) fill;
    PublicKeys keys = new PublicKeys(Bytes.of(point), Bytes.of(new byte[1184]));
    return signed(
        new KeysStatement(
            new Origin(M, M, member),
            keys,
            keys,
            new Standing(new Sighting(0, 1), new TreeMap<>()),
            Descent.FIRST));
  }

  private static Signed<SharesStatement> shares(int member, Digest root) {
    return signed(new SharesStatement(new Origin(M, M, member), M, root));
  }

  private static <S extends Statement> Signed<S> signed(S statement) {
    return new Signed<>(statement, Bytes.of(new byte[3_309]));
  }
}
