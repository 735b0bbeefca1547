package dev.caisson.airlock.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.caisson.airlock.Verdict;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptsTest {
  private static final Digest DATA = Digest.ofText("members");

  @TempDir Path home;

  @Test
  void countsOtherModelsOnTheSamePeople() throws IOException {
    try (Attempts attempts = Attempts.at(home)) {
      assertThat(attempts.note(attempt(DATA, "one")).number()).isEqualTo(1);
      assertThat(attempts.note(attempt(DATA, "one")).number()).isEqualTo(1); // the same bytes
      assertThat(attempts.note(attempt(DATA, "two")).number()).isEqualTo(2);
      assertThat(attempts.note(attempt(Digest.ofText("others"), "three")).number()).isEqualTo(1);
      assertThat(attempts.standing(DATA, Digest.ofText("three")).number()).isEqualTo(3);
      assertThat(attempts.standing(DATA, Digest.ofText("one")).number()).isEqualTo(2);
    }
    try (Attempts again = Attempts.at(home)) {
      assertThat(again.all()).hasSize(4).contains(attempt(DATA, "two"));
      assertThat(again.standing(DATA, Digest.ofText("three")).number()).isEqualTo(3);
    }
  }

  @Test
  void oneLineEach() throws IOException {
    try (Attempts attempts = Attempts.at(home)) {
      attempts.note(attempt(DATA, "one"));
      attempts.note(attempt(DATA, "two"));
    }
    List<String> lines = Files.readAllLines(home.resolve("attempts.jsonl"));
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst())
        .startsWith("{\"time\":\"2026-01-01T00:00:00Z\",\"members\":\"sha256:")
        .contains(
            "\"policy\":null,\"verdict\":\"needs-a-person\",\"failing\":[\"attack.loss.auc\"]");
    for (String name : List.of("attempts.jsonl", "assess.key")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(name))))
          .isEqualTo("rw-------");
    }
    assertThat(Files.size(home.resolve("assess.key"))).isEqualTo(32);
  }

  @Test
  void anUnfinishedLastLineIsSaidAndDropped() throws IOException {
    Path log = home.resolve("attempts.jsonl");
    try (Attempts attempts = Attempts.at(home)) {
      attempts.note(attempt(DATA, "one"));
      Files.writeString(log, "{\"time\":\"2026-", StandardOpenOption.APPEND);
      assertThat(attempts.standing(DATA, Digest.ofText("two")).dropped())
          .get()
          .asString()
          .contains("line 2 of")
          .contains("never finished");
      assertThat(attempts.note(attempt(DATA, "two")))
          .satisfies(s -> assertThat(s.number()).isEqualTo(2))
          .satisfies(s -> assertThat(s.dropped()).isPresent());
      assertThat(attempts.all()).hasSize(2);
      assertThat(attempts.standing(DATA, Digest.ofText("two")).dropped()).isEmpty();
    }
  }

  @Test
  void aLineThatWasAlteredIsNamed() throws IOException {
    Path log = home.resolve("attempts.jsonl");
    try (Attempts attempts = Attempts.at(home)) {
      attempts.note(attempt(DATA, "one"));
      attempts.note(attempt(DATA, "two"));
      attempts.note(attempt(DATA, "three"));
      String text = Files.readString(log);
      List<String> lines = text.lines().toList();
      for (String bad :
          List.of(
              "",
              "{}",
              "[1]",
              lines.get(1) + " ",
              lines.get(1).replace("needs-a-person", "cleared"),
              lines.get(1).replace("\"policy\":null,", ""),
              lines.get(1).replace("\"policy\":null", "\"policy\":null,\"more\":1"),
              "x".repeat(10_000))) {
        Files.writeString(log, lines.get(0) + "\n" + bad + "\n" + lines.get(2) + "\n");
        assertThatExceptionOfType(AttemptLogException.class)
            .as(bad)
            .isThrownBy(() -> attempts.standing(DATA, Digest.ofText("x")))
            .withMessageStartingWith("line 2 of " + log)
            .withMessageContaining("restore the log from a backup");
        assertThatExceptionOfType(AttemptLogException.class)
            .isThrownBy(() -> attempts.note(attempt(DATA, "four")));
      }
    }
  }

  @Test
  void refusesALogTooLargeBeforeReadingIt() throws IOException {
    try (Attempts attempts = Attempts.at(home);
        var file = new java.io.RandomAccessFile(home.resolve("attempts.jsonl").toFile(), "rw")) {
      file.setLength((64L << 20) + 1); // sparse
      assertThatExceptionOfType(AttemptLogException.class)
          .isThrownBy(attempts::all)
          .withMessageContaining("larger than 64 MiB");
    }
  }

  @Test
  void everyNoteOfManyThreadsIsKept() throws Exception {
    try (Attempts attempts = Attempts.at(home);
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      Set<Integer> numbers = new HashSet<>();
      List<Callable<Integer>> tasks =
          java.util.stream.IntStream.range(0, 40)
              .mapToObj(
                  i -> (Callable<Integer>) () -> attempts.note(attempt(DATA, "m" + i)).number())
              .toList();
      for (Future<Integer> done : threads.invokeAll(tasks)) {
        numbers.add(done.get());
      }
      assertThat(numbers).hasSize(40).contains(1, 40);
      assertThat(attempts.all()).hasSize(40);
    }
  }

  @Test
  void theKeyIsDrawnOnceAndRefusedWhereOthersMayReadIt() throws IOException {
    long seed;
    Digest model = Digest.ofText("model");
    try (Attempts attempts = Attempts.at(home)) {
      seed = attempts.auditSeed(model);
      assertThat(attempts.auditSeed(Digest.ofText("other"))).isNotEqualTo(seed);
    }
    try (Attempts attempts = Attempts.at(home)) {
      assertThat(attempts.auditSeed(model)).isEqualTo(seed);
    }
    try (Attempts elsewhere = Attempts.at(home.resolve("elsewhere"))) {
      assertThat(elsewhere.auditSeed(model)).isNotEqualTo(seed);
    }
    Path key = home.resolve("assess.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertThatIOException().isThrownBy(() -> Attempts.at(home)).withMessageContaining("chmod 600");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.write(key, new byte[31]);
    assertThatIOException()
        .isThrownBy(() -> Attempts.at(home))
        .withMessageContaining("no key of 32 bytes");
  }

  @Test
  void aTableHasOneKeyedDigestWithOneKey() throws Exception {
    AssessKey key = AssessKey.insecureForTests(new byte[] {1});
    AssessKey another = AssessKey.insecureForTests(new byte[] {2});
    Path table = Files.writeString(home.resolve("a.csv"), "age,label\n40,1\n");
    Path same = Files.writeString(home.resolve("b.csv"), "age,label\n40,1\n");
    assertThat(key.keyed(table)).isEqualTo(key.keyed(same)).isNotEqualTo(another.keyed(table));
    assertThat(key.keyed(table)).isNotEqualTo(Digest.ofFile(table));
    Files.writeString(same, "age,label\n41,1\n");
    assertThat(key.keyed(table)).isNotEqualTo(key.keyed(same));
    assertThat(key).hasToString("AssessKey[secret]").isNotEqualTo(another);
  }

  @Test
  void aFolderOfImagesIsItsSortedNamesAndContents() throws IOException {
    AssessKey key = AssessKey.insecureForTests(new byte[] {1});
    Path one = folder("one", "cat/1.png", "A", "dog/2.png", "B");
    Path same = folder("two", "dog/2.png", "B", "cat/1.png", "A");
    assertThat(key.keyed(one)).isEqualTo(key.keyed(same));
    assertThat(key.keyed(folder("three", "cat/1.png", "B", "dog/2.png", "A")))
        .isNotEqualTo(key.keyed(one));
    assertThat(key.keyed(folder("four", "cat/1.png", "AB", "dog/2.png", "")))
        .isNotEqualTo(key.keyed(one));
    Files.createSymbolicLink(one.resolve("link.png"), home.resolve("assess.key"));
    assertThatIOException().isThrownBy(() -> key.keyed(one)).withMessageContaining("no plain file");
  }

  private Path folder(String name, String... filesAndContents) throws IOException {
    Path folder = home.resolve(name);
    for (int i = 0; i < filesAndContents.length; i += 2) {
      Path file = folder.resolve(filesAndContents[i]);
      Files.createDirectories(file.getParent());
      Files.writeString(file, filesAndContents[i + 1]);
    }
    return folder;
  }

  private static Attempt attempt(Digest members, String model) {
    return new Attempt(
        Instant.parse("2026-01-01T00:00:00Z"),
        members,
        Digest.ofText(model),
        null,
        Verdict.NEEDS_A_PERSON,
        List.of("attack.loss.auc"));
  }
}
