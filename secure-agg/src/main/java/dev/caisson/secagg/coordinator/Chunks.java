package dev.caisson.secagg.coordinator;

import dev.caisson.trust.Digest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which chunks of one upload have arrived, by their digests: a digest a chunk of memory, until the
/// upload is complete and found to be as signed.
final class Chunks {
  private final int count;
  private @Nullable Digest[] digests;
  private int arrived;

  Chunks(int count) {
    this.count = count;
    this.digests = new @Nullable Digest[count];
  }

  boolean has(int index) {
    return isSettled() || digests[index] != null;
  }

  /// Of a chunk that has arrived, while the upload is not settled.
  Optional<Digest> digest(int index) {
    return isSettled() ? Optional.empty() : Optional.ofNullable(digests[index]);
  }

  void put(int index, Digest digest) {
    digests[index] = Objects.requireNonNull(digest);
    arrived++;
  }

  boolean areAllThere() {
    return arrived == count;
  }

  /// All digests, in order; once all are there and before [#settle].
  List<Digest> all() {
    return Arrays.stream(digests).map(Objects::requireNonNull).toList();
  }

  /// The upload is as signed: digests are not needed any more.
  void settle() {
    digests = new @Nullable Digest[0];
  }

  private boolean isSettled() {
    return digests.length < count;
  }
}
