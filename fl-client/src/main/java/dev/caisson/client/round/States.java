package dev.caisson.client.round;

import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.strategy.StateStep;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.trust.Digest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The states of one study at this site: the first from the plan, the newest kept, any other
/// fetched; and what this site carries from one to the next. One thread at a time.
public final class States {
  private final LocalStudy study;
  private final Carried carried;
  private final Digest first;

  /// Bytes of a sum that stays in memory between two rounds; a site has up to 16 studies.
  private static final int MOST_KEPT = 16 << 20;

  private Digest newest;
  private float[] values;

  /// The sum that was verified here last, until the next round asks.
  private @Nullable Sum sum;

  /// Whose carried numbers go with the process.
  public States(LocalStudy study) {
    this(study, Carried.inMemory(study));
  }

  private States(LocalStudy study, Carried carried) {
    this.study = study;
    this.carried = carried;
    StateStep.Made made = study.first();
    this.first = made.digest();
    this.newest = first;
    this.values = made.state();
  }

  /// Whose carried numbers lie beside the site's ledger.
  ///
  /// @throws IOException where what lies there cannot be read, or is gone
  public static States beside(EgressLedger ledger, LocalStudy study) throws IOException {
    boolean tookPart =
        ledger.journal().answered(study.scope(Purpose.TRAIN), Purpose.TRAIN.label()) > 0;
    return new States(study, Carried.in(ledger.beside("carried"), study, tookPart));
  }

  /// What this site carries, which is never sent.
  Carried carried() {
    return carried;
  }

  /// The vector of this digest; whoever gets it must not change it.
  float[] of(Digest digest, Outbox outbox) throws IOException, UnusableStateException {
    if (digest.equals(newest)) {
      return values;
    }
    if (digest.equals(first)) {
      return keep(digest, study.first().state());
    }
    long bytes = study.steps().bytes();
    byte[] content = outbox.fetch(study.study(), digest, bytes);
    if (content.length != bytes) {
      throw new UnusableStateException(
          "the state has %d bytes, one of this plan and model has %d"
              .formatted(content.length, bytes));
    }
    try {
      return keep(digest, ParameterManifest.vector(content));
    } catch (IllegalArgumentException e) {
      throw new UnusableStateException("the state cannot be worked on: " + e.getMessage());
    }
  }

  /// The digest of the state that the study starts from.
  Digest first() {
    return first;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sum(Digest digest, byte[] content) {}

  /// Keeps the sum of this digest, which was verified here, until the next round asks for one; a
  /// long one is not kept, but fetched again.
  void keepSum(Digest digest, byte[] content) {
    sum = content.length > MOST_KEPT ? null : new Sum(digest, content);
  }

  /// It is of no more use.
  void dropSum() {
    sum = null;
  }

  /// The sum of this digest: the one that was verified here, once, or what the coordinator has by
  /// that name.
  byte[] sum(Digest digest, long maxBytes, Outbox outbox) throws IOException {
    Sum kept = sum;
    sum = null;
    return kept != null && kept.digest().equals(digest)
        ? kept.content()
        : outbox.fetch(study.study(), digest, maxBytes);
  }

  float[] keep(Digest digest, float[] state) {
    newest = digest;
    values = state;
    return state;
  }

  /// What the coordinator named as a state is none of this model.
  static final class UnusableStateException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableStateException(String message) {
      super(message);
    }
  }
}
