package dev.caisson.client.grpc;

import dev.caisson.client.round.Outbox;
import dev.caisson.protocol.grpc.Receiving;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one round says, until its time is over, over as many connections as it takes. An upload
/// that broke goes on with the first chunk that the coordinator does not have, and the chunks are
/// the same bytes each time; a fetch goes on with the first byte that is not here. One thread at a
/// time.
final class RoundOutbox implements Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(RoundOutbox.class);

  private static final Set<OpenOption> WRITE_OVER =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);

  private static final FileAttribute<?> OWNERS_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Line line;
  private final long until;
  private final Duration patience;
  private final SecureRandom random;
  private boolean begun;

  RoundOutbox(Line line, long until, Duration patience, SecureRandom random) {
    this.line = line;
    this.until = until;
    this.patience = patience;
    this.random = random;
  }

  @Override
  public void message(String study, String round, byte[] payload) {
    line.message(study, round, payload);
  }

  @Override
  public void leave(String study, String round, String reason) {
    line.leave(study, round, reason);
  }

  @Override
  public void checked(String study, String round) {
    line.checked(study, round);
  }

  @Override
  public void upload(String study, String round, int chunks, IntFunction<byte[]> chunk)
      throws IOException, InterruptedException {
    Backoff backoff = new Backoff(random);
    while (true) {
      CoordinatorLink link = line.await(until);
      try {
        int from = begun ? link.progress(study, round) : 0;
        begun = true;
        if (from < chunks) {
          if (from > 0) {
            LOG.info(
                "study '{}', {}: the upload goes on with chunk {} of {}",
                study,
                round,
                from,
                chunks);
          }
          link.upload(study, round, from, chunks, chunk, new Watch(link, study, round, from));
        }
        return;
      } catch (LineBrokenException e) {
        pause("study '%s', %s: %s".formatted(study, round, e.getMessage()), backoff, e);
      }
    }
  }

  /// Asks the coordinator, when nothing more was taken for a while, whether that is so.
  private final class Watch implements UploadCall.Stall {
    private final CoordinatorLink link;
    private final String study;
    private final String round;
    private int taken;
    private long since = System.nanoTime();

    Watch(CoordinatorLink link, String study, String round, int taken) {
      this.link = link;
      this.study = study;
      this.round = round;
      this.taken = taken;
    }

    @Override
    public void check() throws IOException {
      long now = System.nanoTime();
      if (now - until > 0) {
        throw new IOException("the upload was not taken until the time was over");
      }
      if (now - since > patience.toNanos()) {
        int chunks = link.progress(study, round);
        if (chunks <= taken) {
          throw new LineBrokenException(
              "nothing of the upload was taken for %d s".formatted(patience.toSeconds()),
              new IOException("no progress"));
        }
        taken = chunks;
        since = now;
      }
    }
  }

  @Override
  public void fetch(String study, Digest digest, long maxBytes, Path file) throws IOException {
    boolean whole = false;
    try (FileChannel out = FileChannel.open(file, WRITE_OVER, OWNERS_ALONE)) {
      fetch(study, digest, new Receiving(digest, maxBytes, new Receiving.ToFile(out)));
      whole = true;
    } finally {
      if (!whole) {
        Files.deleteIfExists(file);
      }
    }
  }

  private void fetch(String study, Digest digest, Receiving receiving) throws IOException {
    Backoff backoff = new Backoff(random);
    try {
      while (true) {
        CoordinatorLink link = line.await(until);
        long before = receiving.offset();
        try {
          link.fetch(study, digest, receiving, until);
          receiving.end();
          return;
        } catch (LineBrokenException e) {
          if (receiving.offset() > before) {
            backoff.reset();
          }
          pause("study '%s': %s".formatted(study, e.getMessage()), backoff, e);
        }
      }
    } catch (InterruptedException e) {
      throw Line.interrupted();
    }
  }

  private void pause(String what, Backoff backoff, IOException why)
      throws IOException, InterruptedException {
    Duration pause = backoff.next();
    if (System.nanoTime() + pause.toNanos() - until > 0) {
      throw new IOException("%s; no time is left to try again".formatted(what), why);
    }
    LOG.warn("{}; trying again in {} ms (attempt {})", what, pause.toMillis(), backoff.attempts());
    Thread.sleep(pause);
  }
}
