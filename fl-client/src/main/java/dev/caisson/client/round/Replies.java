package dev.caisson.client.round;

import dev.caisson.client.round.SiteRoundRunner.Progress;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// What this site says to the coordinator's messages of a round, on its way out, and remembered
/// until the next one comes. Where the last message comes again, because a connection broke and
/// nobody knows what of the reply arrived, the same bytes are said again; so nothing is decided,
/// computed or signed a second time. A message that differs in one bit is none that was seen, and
/// goes the way of every new message.
final class Replies implements Outbox {
  /// How often messages of a round may come again; connections do not break more often in one.
  private static final int MOST_REPEATS = 200;

  private final Outbox outbox;
  private final List<byte[]> sent = new ArrayList<>();
  private @Nullable Digest message;
  private @Nullable Progress progress;
  private int repeats;
  private boolean checked;

  Replies(Outbox outbox) {
    this.outbox = outbox;
  }

  /// A message is being taken that was not taken before.
  void begin(byte[] taken) {
    sent.clear();
    progress = null;
    checked = false;
    message = Digest.of(taken);
  }

  /// All has been said to it.
  void end(Progress reached) {
    progress = reached;
  }

  /// Whether this is the message that was taken last, to its end.
  boolean isRepeated(byte[] taken) {
    return progress != null && message != null && Digest.of(taken).equals(message);
  }

  /// Where the repeated message led.
  Progress progress() {
    if (progress == null) {
      throw new IllegalStateException("a message that is repeated was taken to its end");
    }
    return progress;
  }

  /// Counts a repetition; false if there were too many.
  boolean mayRepeat() {
    repeats++;
    return repeats <= MOST_REPEATS;
  }

  /// What was said to the last message.
  List<byte[]> sent() {
    return List.copyOf(sent);
  }

  /// Says it again.
  void again(String study, String round, byte[] payload) throws IOException {
    outbox.message(study, round, payload);
  }

  @Override
  public void message(String study, String round, byte[] payload) throws IOException {
    sent.add(payload);
    outbox.message(study, round, payload);
  }

  @Override
  public void upload(String study, String round, int chunks, IntFunction<byte[]> chunk)
      throws IOException, InterruptedException {
    outbox.upload(study, round, chunks, chunk);
  }

  @Override
  public void leave(String study, String round, String reason) throws IOException {
    outbox.leave(study, round, reason);
  }

  @Override
  public void checked(String study, String round) throws IOException {
    checked = true;
    outbox.checked(study, round);
  }

  /// Says that too again, if it was said to the last message.
  void checkedAgain(String study, String round) throws IOException {
    if (checked) {
      outbox.checked(study, round);
    }
  }

  @Override
  public void fetch(String study, Digest digest, long maxBytes, Path file) throws IOException {
    outbox.fetch(study, digest, maxBytes, file);
  }
}
