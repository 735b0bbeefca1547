package dev.caisson.secagg.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.agreement.PublicKeys;
import dev.caisson.secagg.journal.Claim;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.secagg.journal.Standing;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Share;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Each kind of statement: it reads back, alone and to its last byte, and what it commits to is the
/// hash of the canonical encoding of all that it binds.
final class StatementsTest {
  private static final Digest M = Digest.ofText("manifest");
  private static final Digest D1 = Digest.ofText("d1");
  private static final Digest A = Digest.ofText("a");
  private static final Digest B = Digest.ofText("b");
  private static final Origin ORIGIN = new Origin(M, D1, 6);
  private static final Secret SECRET = Secret.taking(new byte[] {1, 2, 3, 4});

  private record Kind(Statement statement, Signed.Decoder<? extends Statement> decoder) {}

  private static List<Kind> kinds() {
    PublicKeys mask = new PublicKeys(bytes(32, 1), bytes(1184, 2));
    PublicKeys transport = new PublicKeys(bytes(32, 3), bytes(1184, 4));
    Share self = Share.of(1, 2, 3, 4, 5);
    AnswerStatement.Recovery recovery =
        new AnswerStatement.Recovery(Share.of(6, 7, 8, 9, 10), Secret.taking(new byte[32]));
    return List.of(
        new Kind(
            new KeysStatement(
                ORIGIN,
                mask,
                transport,
                new Standing(
                    new Sighting(5, 6),
                    new TreeMap<>(Map.of(1, new Claim(new Sighting(-7, 8), B)))),
                Descent.COMPUTED),
            KeysStatement::decode),
        new Kind(new SharesStatement(ORIGIN, A, B), SharesStatement::decode),
        new Kind(new ComplaintStatement(ORIGIN, 3, "no share"), ComplaintStatement::decode),
        new Kind(new UploadStatement(ORIGIN, A, List.of(B, A)), UploadStatement::decode),
        new Kind(new ConsentStatement(ORIGIN), ConsentStatement::decode),
        new Kind(
            new AnswerStatement(ORIGIN, List.of(self, self), List.of(recovery)),
            AnswerStatement::decode));
  }

  @Test
  void everyStatementReadsBackWithItsOriginAndNothingBehindIt() throws Exception {
    for (Kind kind : kinds()) {
      byte[] encoded = kind.statement.encoded();
      Statement back = kind.decoder.decode(encoded);
      assertThat(back).hasSameClassAs(kind.statement);
      assertThat(back.origin()).isEqualTo(ORIGIN);
      assertThat(back.encoded()).isEqualTo(encoded);
      assertThatThrownBy(() -> kind.decoder.decode(Arrays.copyOf(encoded, encoded.length + 1)))
          .as(kind.statement.getClass().getSimpleName())
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("behind the last field");
      assertThatThrownBy(() -> kind.decoder.decode(Arrays.copyOf(encoded, encoded.length - 1)))
          .isInstanceOf(MalformedException.class);
    }
  }

  /// Every decoder is shown every other kind.
  @Test
  void noStatementIsReadAsAnother() {
    for (Kind kind : kinds()) {
      for (Kind other : kinds()) {
        if (!kind.statement.getClass().equals(other.statement.getClass())) {
          assertThatThrownBy(() -> other.decoder.decode(kind.statement.encoded()))
              .isInstanceOf(MalformedException.class)
              .hasMessageContaining("expected a structure of");
        }
      }
    }
  }

  @Test
  void anAnswerKeepsWhatItRevealsInOrder() throws Exception {
    Share one = Share.of(1, 2, 3, 4, 5);
    Share two = Share.of(6, 7, 8, 9, 10);
    Secret seed = Secret.taking(bytes(32, 7).toArray());
    AnswerStatement answer =
        AnswerStatement.decode(
            new AnswerStatement(
                    ORIGIN, List.of(one, two), List.of(new AnswerStatement.Recovery(two, seed)))
                .encoded());
    assertThat(answer.selfShares())
        .extracting(Share::encoded)
        .containsExactly(one.encoded(), two.encoded());
    assertThat(answer.recoveries()).hasSize(1);
    assertThat(answer.recoveries().getFirst().rootShare().encoded()).isEqualTo(two.encoded());
    assertThat(answer.recoveries().getFirst().pairSeed()).isEqualTo(seed);
    assertThat(seed.isClosed()).isFalse();
  }

  @Test
  void aReasonHas200CharactersAtMost() throws Exception {
    String longest = "x".repeat(200);
    assertThat(
            ComplaintStatement.decode(new ComplaintStatement(ORIGIN, 0, longest).encoded())
                .reason())
        .isEqualTo(longest);
    assertThatThrownBy(() -> new ComplaintStatement(ORIGIN, 0, longest + "x"))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] tooLong = ORIGIN.open(ComplaintStatement.DOMAIN).number(0).text(longest + "x").toBytes();
    assertThatThrownBy(() -> ComplaintStatement.decode(tooLong))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("at most 200 characters");
  }

  @Test
  void commitmentsHashAllThatTheyBind() {
    assertThat(SharesStatement.commitment(SECRET, D1, 6))
        .isEqualTo(
            new FieldWriter(Suite.DOMAIN + "self-mask")
                .digest(D1)
                .number(6)
                .bytes(SECRET.bytes())
                .toDigest());
    assertThat(UploadStatement.confirmation(SECRET))
        .isEqualTo(new FieldWriter(Suite.DOMAIN + "confirmation").bytes(SECRET.bytes()).toDigest());
    assertThat(SECRET.isClosed()).isFalse();
  }

  @Test
  void membersAreCountedWithinTheLargestCohort() throws Exception {
    int last = Suite.MAX_COHORT - 1;
    ConsentStatement largest = new ConsentStatement(new Origin(M, D1, last));
    assertThat(ConsentStatement.decode(largest.encoded())).isEqualTo(largest);
    for (int sender : new int[] {-1, last + 1}) {
      byte[] encoded = new ConsentStatement(new Origin(M, D1, sender)).encoded();
      assertThatThrownBy(() -> ConsentStatement.decode(encoded))
          .isInstanceOf(MalformedException.class);
    }
  }

  private static Bytes bytes(int length, int fill) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) fill);
    return Bytes.of(bytes);
  }
}
