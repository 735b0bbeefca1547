package dev.caisson.client.grpc;

import dev.caisson.client.round.Outbox;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This site's line to the coordinator, over all the connections that it takes: what is sent goes
/// to the open one, if there is one. A message that is lost with its connection is no failure: the
/// coordinator asks for it again by sending again what it answers. Thread-safe.
public final class Line {
  private static final Logger LOG = LoggerFactory.getLogger(Line.class);

  private @Nullable CoordinatorLink link;
  private boolean closed;

  /// The coordinator has welcomed this site on a connection.
  public synchronized void up(CoordinatorLink opened) {
    link = opened;
    notifyAll();
  }

  /// A connection has ended; nothing happens if another one is open.
  public synchronized void down(CoordinatorLink ended) {
    if (ended.equals(link)) {
      link = null;
    }
  }

  /// Whether a conversation is open.
  public synchronized boolean isUp() {
    return link != null;
  }

  /// Nobody is to wait for a connection any more.
  public synchronized void close() {
    closed = true;
    link = null;
    notifyAll();
  }

  /// The open connection, waited for until then (`System.nanoTime`).
  synchronized CoordinatorLink await(long until) throws IOException, InterruptedException {
    while (link == null) {
      long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      if (closed || left <= 0) {
        throw new IOException(
            closed
                ? "this site is being stopped"
                : "the coordinator was out of reach until the time was over");
      }
      wait(left);
    }
    return link;
  }

  /// What a round says and asks, until then (`System.nanoTime`): uploads and fetches go on over new
  /// connections as long.
  ///
  /// @param patience after how long without any progress an upload tries another connection
  public Outbox until(long until, Duration patience, SecureRandom random) {
    return new RoundOutbox(this, until, patience, random);
  }

  public void admit(String study, Digest commitment) {
    say("its answer", open -> open.admit(study, commitment));
  }

  public void refuse(String study, String reason) {
    say("its refusal", open -> open.refuse(study, reason));
  }

  public void leaving() {
    say("that it leaves", CoordinatorLink::leaving);
  }

  void message(String study, String round, byte[] payload) {
    say("a message of " + round, open -> open.message(study, round, payload));
  }

  public void leave(String study, String round, String reason) {
    say("that it left " + round, open -> open.leave(study, round, reason));
  }

  void checked(String study, String round) {
    say("that it has checked " + round, open -> open.checked(study, round));
  }

  /// Something that is said on a connection.
  private interface Saying {
    void on(CoordinatorLink open) throws IOException;
  }

  private void say(String what, Saying saying) {
    CoordinatorLink open;
    synchronized (this) {
      open = link;
    }
    try {
      if (open != null) {
        saying.on(open);
        return;
      }
    } catch (IOException e) {
      LOG.debug("not sent", e);
    }
    LOG.info("the line is down: {} is said again when the coordinator asks", what);
  }

  /// For callers that cannot be interrupted otherwise.
  static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted");
  }
}
