package dev.caisson.airlock.evidence;

import dev.caisson.airlock.CanonicalJson;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Every assessment that was made here, one line each, so that trying again until chance is kind is
/// seen: attempt j of a model on some members' data is one more than the *other* models that were
/// tried on the same data before. The same bytes assessed again are no new attempt.
///
/// Lines are only appended, under a lock between processes, and are on disk before [#note] returns.
/// A last line without its end (a crash while it was written) is dropped, and said; any other line
/// that cannot be read is an error that names it. Not guaranteed: whoever may write the folder may
/// shorten the log; a table with one cell changed counts as other data.
public final class Attempts implements AutoCloseable {
  private static final String LOG = "attempts.jsonl";
  private static final String KEY = "assess.key";
  private static final int MOST_BYTES = 64 << 20;
  private static final int MOST_LINE = 8_192;
  private static final Object IN_THIS_PROCESS = new Object(); // file locks are per process

  private final Path log;
  private final AssessKey key;

  private Attempts(Path log, AssessKey key) {
    this.log = log;
    this.key = key;
  }

  /// In this folder, made if it is not there. The first use draws the key.
  public static Attempts at(Path home) throws IOException {
    if (!Files.isDirectory(home)) {
      Files.createDirectories(
          home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return new Attempts(home.resolve(LOG), AssessKey.at(home.resolve(KEY)));
  }

  /// What the log calls this table or folder of images: HMAC-SHA256 of its bytes, of a folder also
  /// of its files' sorted names.
  public Digest keyedDigest(Path data) throws IOException {
    return key.keyed(data);
  }

  /// The seed of everything drawn when this model is assessed: it follows from the key and the
  /// model, so nobody without the key can choose it.
  public long auditSeed(Digest model) {
    return key.seed(model);
  }

  /// How often, this time included, a model was tried on these members' data.
  ///
  /// @param others the other models, each by its last attempt, oldest first
  /// @param logged assessments of any model before
  /// @param dropped what was wrong with the end of the log, if anything
  public record Standing(List<Attempt> others, int logged, Optional<String> dropped) {
    public Standing {
      others = List.copyOf(others);
    }

    /// One more than the other models.
    public int number() {
      return 1 + others.size();
    }
  }

  /// Before the verdict: where this model would stand.
  public Standing standing(Digest members, Digest model) throws IOException {
    return locked(channel -> standing(read(channel), members, model));
  }

  /// Appends the attempt and returns where it stands.
  public Standing note(Attempt attempt) throws IOException {
    byte[] line = CanonicalJson.line(attempt);
    if (line.length > MOST_LINE) {
      throw new IllegalArgumentException("an attempt of %d bytes".formatted(line.length));
    }
    return locked(
        channel -> {
          Content before = read(channel);
          if (before.bytes + line.length > MOST_BYTES) {
            throw full();
          }
          channel.truncate(before.bytes);
          channel.position(before.bytes);
          ByteBuffer out = ByteBuffer.wrap(line);
          while (out.hasRemaining()) {
            channel.write(out);
          }
          channel.force(true);
          return standing(before, attempt.members(), attempt.model());
        });
  }

  /// All attempts, oldest first.
  public List<Attempt> all() throws IOException {
    return locked(this::read).attempts;
  }

  private static Standing standing(Content content, Digest members, Digest model) {
    SequencedMap<Digest, Attempt> last = new LinkedHashMap<>();
    for (Attempt attempt : content.attempts) {
      if (attempt.members().equals(members) && !attempt.model().equals(model)) {
        last.putLast(attempt.model(), attempt);
      }
    }
    return new Standing(List.copyOf(last.values()), content.attempts.size(), content.dropped);
  }

  /// The whole lines and how many bytes they are.
  private record Content(List<Attempt> attempts, long bytes, Optional<String> dropped) {}

  private interface Work<T> {
    T with(FileChannel channel) throws IOException;
  }

  private <T> T locked(Work<T> work) throws IOException {
    synchronized (IN_THIS_PROCESS) {
      try (FileChannel channel =
              FileChannel.open(
                  log,
                  Set.of(
                      StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                  PosixFilePermissions.asFileAttribute(AssessKey.ownerOnly()));
          FileLock lock = channel.lock()) {
        if (!lock.isValid()) {
          throw new AttemptLogException(log + " cannot be locked");
        }
        return work.with(channel);
      }
    }
  }

  private Content read(FileChannel channel) throws IOException {
    if (channel.size() > MOST_BYTES) {
      throw full();
    }
    ByteBuffer content = ByteBuffer.allocate((int) channel.size());
    channel.position(0);
    while (content.hasRemaining() && channel.read(content) >= 0) {
      // until all is read
    }
    byte[] bytes = content.array();
    List<Attempt> attempts = new ArrayList<>();
    int from = 0;
    for (int at = 0; at < content.position(); at++) {
      if (bytes[at] == '\n') {
        attempts.add(attempt(bytes, from, at, attempts.size() + 1));
        from = at + 1;
      }
    }
    Optional<String> dropped =
        from == content.position()
            ? Optional.empty()
            : Optional.of(
                "line %d of %s was never finished and does not count"
                    .formatted(attempts.size() + 1, log));
    return new Content(List.copyOf(attempts), from, dropped);
  }

  private Attempt attempt(byte[] bytes, int from, int to, int number) throws AttemptLogException {
    if (to - from > MOST_LINE) {
      throw corrupt(number, null);
    }
    try {
      return CanonicalJson.readLine(Arrays.copyOfRange(bytes, from, to + 1), Attempt.class);
    } catch (MalformedException e) {
      throw corrupt(number, e);
    }
  }

  private AttemptLogException corrupt(int number, @Nullable MalformedException e) {
    return new AttemptLogException(
        "line %d of %s is no attempt: restore the log from a backup; without it nobody can say how often a model was tried"
            .formatted(number, log),
        e);
  }

  private AttemptLogException full() {
    return new AttemptLogException(
        "%s is larger than %d MiB: archive it with its key and start a new home"
            .formatted(log, MOST_BYTES >> 20));
  }

  @Override
  public void close() {
    key.close();
  }
}
