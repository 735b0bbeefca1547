package dev.caisson.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A roster's file as somebody may have left it: what is wrong names the file.
@Timeout(60)
final class RosterFileTest {
  private static final Identity ANN = IdentityKey.generate().identity();

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("researchers.roster");
  }

  private ThrowingCallable reading(byte[] content) throws IOException {
    Files.write(file(), content);
    return () -> Roster.read(file());
  }

  private void assertNoRoster(byte[] content, String why) throws IOException {
    assertThatThrownBy(reading(content))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith(file() + " is no roster: ")
        .hasMessageContaining(why);
  }

  @Test
  void aRosterIsReadAsItWasWritten() throws Exception {
    Files.write(file(), new Roster(Map.of("ann", ANN)).encoded());
    assertThat(Roster.read(file()).find("ann")).contains(ANN);
  }

  @Test
  void aRosterThatIsCutOffOrFollowedBySomethingIsNone() throws Exception {
    byte[] whole = new Roster(Map.of("ann", ANN)).encoded();
    for (int length : new int[] {0, 1, 20, whole.length / 2, whole.length - 1}) {
      assertNoRoster(Arrays.copyOf(whole, length), "");
    }
    assertNoRoster(Arrays.copyOf(whole, whole.length + 1), "behind");
  }

  @Test
  void aNameStandsThereOnce() throws Exception {
    assertNoRoster(naming(List.of("ann", "ann")), "names 'ann' twice");
  }

  @Test
  void twoNamesDoNotShareAnIdentity() throws Exception {
    assertNoRoster(naming(List.of("ann", "bob")), "share one identity");
  }

  @Test
  void namesAreOfPlainLetters() throws Exception {
    for (String name : List.of("", "Ann", "a\u202enn", "a\u001b[2J", "a b", "../a", "\u0430nn")) {
      assertThatThrownBy(reading(naming(List.of(name))))
          .as(name)
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void bytesThatAreNoTextAreNoName() throws Exception {
    byte[] content = naming(List.of("ann"));
    int at = new String(content, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("ann");
    content[at] = (byte) 0xff;
    assertThatThrownBy(reading(content)).isInstanceOf(MalformedException.class);
  }

  private static byte[] naming(List<String> names) {
    FieldWriter out = new FieldWriter("caisson/roster/v1").number(names.size());
    names.forEach(name -> out.text(name).bytes(ANN.encoded()));
    return out.toBytes();
  }

  @Test
  void whatIsNoFileOrTooLongIsNotRead() throws Exception {
    try (RandomAccessFile sparse = new RandomAccessFile(file().toFile(), "rw")) {
      sparse.setLength(5L << 30); // takes no room on the disk
    }
    assertThatThrownBy(() -> Roster.read(file()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file() + " has more than");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("/dev/zero"));
    assertThatThrownBy(() -> Roster.read(link)).hasMessageContaining(link + " is not a file");
    assertThatThrownBy(() -> Roster.read(folder)).hasMessageContaining(folder + " is not a file");
  }
}
