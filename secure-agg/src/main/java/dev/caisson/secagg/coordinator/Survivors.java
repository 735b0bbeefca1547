package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;

/// U2, U3 with what each of its members confirmed (and signed, in order), and where their uploads
/// are.
record Survivors(
    Digest d2,
    Digest d3,
    List<Integer> u2,
    NavigableMap<Integer, UploadStatement> uploads,
    List<Signed<UploadStatement>> signed,
    UploadStore store,
    Dealings dealings) {
  List<Integer> u3() {
    return List.copyOf(uploads.keySet());
  }

  /// U2 without U3.
  List<Integer> lost() {
    return u2.stream().filter(member -> !uploads.containsKey(member)).toList();
  }

  /// Forgets the uploads.
  void discard() {
    u3().forEach(store::discard);
  }

  /// Whether a seed is the one that `member` confirmed for its pair with `peer`.
  boolean confirms(int member, int peer, Secret seed) {
    UploadStatement upload =
        Objects.requireNonNull(uploads.get(member), "a member of U3 has uploaded");
    return dealings
        .confirmation(upload, u2, member, peer)
        .equals(UploadStatement.confirmation(seed));
  }
}
