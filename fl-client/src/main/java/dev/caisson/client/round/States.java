package dev.caisson.client.round;

import dev.caisson.client.study.LocalStudy;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.trust.Digest;
import java.io.IOException;

/// The states of one study at this site: the first from the plan, the newest kept, any other
/// fetched. One thread at a time.
public final class States {
  private final LocalStudy study;
  private final Digest first;
  private Digest newest;
  private float[] values;

  public States(LocalStudy study) {
    this.study = study;
    this.first = study.firstState();
    this.newest = first;
    this.values = study.model().initialVector();
  }

  /// The vector of this digest; whoever gets it must not change it.
  float[] of(Digest digest, Outbox outbox) throws IOException, UnusableStateException {
    if (digest.equals(newest)) {
      return values;
    }
    if (digest.equals(first)) {
      return keep(digest, study.model().initialVector());
    }
    int length = study.model().layout().length();
    byte[] content = outbox.fetch(study.study(), digest, (long) length * Float.BYTES);
    if (content.length != (long) length * Float.BYTES) {
      throw new UnusableStateException(
          "the state has %d bytes, a model of %d numbers has %d"
              .formatted(content.length, length, (long) length * Float.BYTES));
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
