package dev.caisson.client.round;

import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.strategy.StateSource;
import dev.caisson.protocol.strategy.StateStep;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The states of one study at this site: the first from the plan, the newest kept, any other
/// fetched; and what this site carries from one to the next. One thread at a time.
public final class States {
  private final LocalStudy study;
  private final Carried carried;
  private final Scratch scratch;
  private final Digest first;
  private StateStep.@Nullable Made newest;

  /// The sum in the scratch file, if one is there that was verified, or fetched.
  private @Nullable Digest sum;

  /// Whose carried numbers go with the process.
  public States(LocalStudy study, Scratch scratch) {
    this(study, study.first(), scratch);
  }

  private States(LocalStudy study, StateStep.Made made, Scratch scratch) {
    this(study, made, Carried.inMemory(study, made.digest()), scratch);
  }

  private States(LocalStudy study, StateStep.Made made, Carried carried, Scratch scratch) {
    this.study = study;
    this.carried = carried;
    this.scratch = scratch;
    this.first = made.digest();
    this.newest = made;
  }

  /// Whose carried numbers lie beside the site's ledger.
  ///
  /// @throws IOException where what lies there cannot be read, or is gone
  public static States beside(EgressLedger ledger, LocalStudy study) throws IOException {
    boolean tookPart =
        ledger.journal().answered(study.scope(Purpose.TRAIN), Purpose.TRAIN.label()) > 0;
    StateStep.Made made = study.first();
    return new States(
        study,
        made,
        Carried.in(ledger.beside("carried"), study, made.digest(), tookPart),
        Scratch.beside(ledger, study.study()));
  }

  /// The study is over at this site, or its desk is.
  public void forget() throws IOException {
    newest = null;
    sum = null;
    scratch.clear();
  }

  /// What this site carries, which is never sent.
  Carried carried() {
    return carried;
  }

  /// The vector of this digest; whoever gets it must not change it. One is in memory at a time.
  float[] of(Digest digest, Outbox outbox) throws IOException, UnusableStateException {
    if (newest != null && newest.digest().equals(digest)) {
      return newest.state();
    }
    newest = null; // there may be no room for two
    if (digest.equals(first)) {
      return keep(study.first());
    }
    Path file = scratch.file("state");
    try {
      outbox.fetch(study.study(), digest, study.steps().bytes(), file);
      return keep(new StateStep.Made(read(file), digest));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private float[] read(Path file) throws IOException, UnusableStateException {
    long bytes = study.steps().bytes();
    if (Files.size(file) != bytes) {
      throw new UnusableStateException(
          "the state has %d bytes, one of this plan and model has %d"
              .formatted(Files.size(file), bytes));
    }
    try (FileChannel in = FileChannel.open(file)) {
      return ParameterManifest.vector(StateSource.of(in), Math.toIntExact(bytes / Float.BYTES));
    } catch (IllegalArgumentException e) {
      throw new UnusableStateException("the state cannot be worked on: " + e.getMessage());
    }
  }

  /// The digest of the state that the study starts from.
  Digest first() {
    return first;
  }

  /// Where a sum goes that is being verified; what was there is of no use from here on.
  Path sumFile() throws IOException {
    sum = null;
    return scratch.file("sum");
  }

  /// The sum of this digest, which was verified here, is in that file until the next round asks.
  void keptSum(Digest digest) {
    sum = digest;
  }

  /// It is of no more use.
  void dropSum() throws IOException {
    sum = null;
    Files.deleteIfExists(scratch.file("sum"));
  }

  /// The file with the sum of this digest: the one that was verified here, or what the coordinator
  /// has by that name.
  Path sum(Digest digest, long maxBytes, Outbox outbox) throws IOException {
    if (sum != null && sum.equals(digest)) {
      return scratch.file("sum");
    }
    Path file = sumFile();
    outbox.fetch(study.study(), digest, maxBytes, file);
    return file;
  }

  float[] keep(StateStep.Made made) {
    newest = made;
    return made.state();
  }

  /// What the coordinator named as a state is none of this model.
  static final class UnusableStateException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableStateException(String message) {
      super(message);
    }
  }
}
