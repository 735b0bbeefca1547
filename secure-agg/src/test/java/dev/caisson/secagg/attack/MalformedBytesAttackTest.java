package dev.caisson.secagg.attack;

import static dev.caisson.secagg.Refusals.assertRefused;
import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Tape;
import dev.caisson.secagg.message.AnswerStatement;
import dev.caisson.secagg.message.ComplaintStatement;
import dev.caisson.secagg.message.ConsentList;
import dev.caisson.secagg.message.ConsentStatement;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Opening;
import dev.caisson.secagg.message.ShareList;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.MalformedException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Bytes that lie about themselves: cut, stretched, and with lengths and counts that are not true.
/// Chunks that are duplicated or mixed up are in the tests of [dev.caisson.secagg.coordinator].
final class MalformedBytesAttackTest {
  private static final Tape TAPE = new Tape(play());
  private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @FunctionalInterface
  private interface Decoder {
    Object decode(byte[] bytes) throws MalformedException;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Kind(byte[] message, Decoder decoder) {}

  private static Map<String, Kind> kinds() {
    Map<String, byte[]> tape = TAPE.kinds("site-001");
    Map<String, Decoder> decoders =
        Map.of(
            "opening", Opening::decode,
            "keys", bytes -> Signed.decode(bytes, KeysStatement::decode),
            "key list", KeyList::decode,
            "deal", Deal::decode,
            "share list", ShareList::decode,
            "header", bytes -> Signed.decode(bytes, UploadStatement::decode),
            "complaint", bytes -> Signed.decode(bytes, ComplaintStatement::decode),
            "survivor list", SurvivorList::decode,
            "consent list", ConsentList::decode,
            "answer", bytes -> Signed.decode(bytes, AnswerStatement::decode));
    Map<String, Kind> kinds = new TreeMap<>();
    decoders.forEach((name, decoder) -> kinds.put(name, new Kind(Play.at(tape, name), decoder)));
    kinds.put(
        "consent",
        new Kind(
            Play.at(tape, "consent"), bytes -> Signed.decode(bytes, ConsentStatement::decode)));
    return kinds;
  }

  @Test
  void anyPrefixOfAMessageIsMalformed() {
    kinds()
        .forEach(
            (name, kind) -> {
              // all of the short ones; of the long ones, each cut near a place where fields end
              int step = Math.max(1, kind.message.length / 400);
              for (int length = 0; length < kind.message.length; length += step) {
                byte[] cut = Arrays.copyOf(kind.message, length);
                assertThatThrownBy(() -> kind.decoder.decode(cut))
                    .as("%s cut to %d", name, cut.length)
                    .isInstanceOf(MalformedException.class);
              }
            });
  }

  /// At every offset a length of 2^31 - 1, of 2^31 (negative), and a count of 2^31 - 1 or 2^63 - 1:
  /// wherever it is read as one, it is refused before room is made for it.
  @Test
  void nothingIsAllocatedForALengthOrCountThatLies() {
    kinds()
        .forEach(
            (name, kind) -> {
              warmUp(kind);
              int step = Math.max(1, kind.message.length / 1500);
              for (int at = 0; at + 8 <= kind.message.length; at += step) {
                for (long lie :
                    new long[] {
                      0x7fffffff_00000000L, 0x80000000_00000000L, 0x7fffffffL, Long.MAX_VALUE
                    }) {
                  byte[] bent = kind.message.clone();
                  ByteBuffer.wrap(bent).putLong(at, lie);
                  assertThat(allocated(kind.decoder, bent))
                      .as("%s with %x at %d", name, lie, at)
                      .isLessThan(8L * bent.length + 65_536);
                }
              }
            });
  }

  private static void warmUp(Kind kind) {
    for (int i = 0; i < 3; i++) {
      allocated(kind.decoder, kind.message);
    }
  }

  /// Bytes that this thread allocates while it reads, whatever comes of it.
  private static long allocated(Decoder decoder, byte[] bytes) {
    long before = MEMORY.getCurrentThreadAllocatedBytes();
    try {
      decoder.decode(bytes);
    } catch (MalformedException e) {
      // as it should be, mostly: some offsets hold a signature's or a key's bytes
    }
    return MEMORY.getCurrentThreadAllocatedBytes() - before;
  }

  /// The count of a list says 200, its bytes hold four, three or none.
  @Test
  void aCountThatExceedsTheBytesIsMalformedAndNamedAsSuch() {
    Map<String, Kind> kinds = kinds();
    for (String name : new String[] {"key list", "share list", "survivor list", "consent list"}) {
      Kind kind = Play.at(kinds, name);
      int count = count(kind.message);
      for (long claimed : new long[] {200, 5}) {
        byte[] bent = kind.message.clone();
        ByteBuffer.wrap(bent).putLong(count, claimed);
        assertThatThrownBy(() -> kind.decoder.decode(bent))
            .as(name)
            .isInstanceOf(MalformedException.class)
            .hasMessageContaining("truncated");
      }
      byte[] fewer = kind.message.clone();
      ByteBuffer.wrap(fewer).putLong(count, 3);
      assertThatThrownBy(() -> kind.decoder.decode(fewer))
          .as(name)
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("bytes behind the last field");
      byte[] tooMany = kind.message.clone();
      ByteBuffer.wrap(tooMany).putLong(count, 201);
      assertThatThrownBy(() -> kind.decoder.decode(tooMany))
          .hasMessageContaining("201 is outside 0..200");
    }
  }

  /// Where a list's count is: behind its domain.
  private static int count(byte[] list) {
    return Integer.BYTES + ByteBuffer.wrap(list).getInt(0);
  }

  @Test
  void aHeaderThatClaimsMoreConfirmationsThanItHasIsRejectedAndTheRoundGoesOn() {
    Play play = play().toUploads();
    byte[] header = Play.at(play.fromSites, "site-001");
    // signed: domain, length of the statement; in it: domain, two digests, sender, root, the count
    int statement = count(header) + Integer.BYTES;
    int at =
        statement + count(Arrays.copyOfRange(header, statement, header.length)) + 2 * 36 + 8 + 36;
    assertThat(ByteBuffer.wrap(header).getLong(at)).as("three peers").isEqualTo(3);
    for (long claimed : new long[] {4, 200, 201, Integer.MAX_VALUE, -1, Long.MAX_VALUE}) {
      byte[] bent = header.clone();
      ByteBuffer.wrap(bent).putLong(at, claimed);
      assertRejected(
          play.uploads.accept("site-001", bent),
          Rule.WELL_FORMED,
          "site-001",
          claimed <= 200 && claimed >= 0 ? "truncated" : claimed + " is outside 0..200");
    }
    assertThat(play.toAnswers().sum().aggregate().exactSum("x")).containsExactly(15);
  }

  @Test
  void aMessageOfAnySizeIsRefusedAndNotKept() {
    byte[] huge = new byte[20_000_000];
    Play play = play();
    long before = MEMORY.getCurrentThreadAllocatedBytes();
    assertRejected(play.keys.accept("site-001", huge), Rule.WELL_FORMED, "site-001");
    assertRefused(
        Play.at(play.awaitingKeys, "site-002").handle(huge), Rule.WELL_FORMED, Fault.COORDINATOR);
    assertThat(MEMORY.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
  }

  private static Play play() {
    Federation four = new Federation(4);
    return new Play(four, four.one(3)).numbers(1, 2, 4, 8);
  }
}
