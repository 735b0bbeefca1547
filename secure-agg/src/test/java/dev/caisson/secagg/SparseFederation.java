package dev.caisson.secagg;

import dev.caisson.secagg.graph.GraphParameters;
import dev.caisson.secagg.graph.GraphPolicy;
import dev.caisson.secagg.graph.Topology;

/// Rounds over sparse graphs that are far too small to be safe: the members are few, so that a test
/// can count them.
public final class SparseFederation {
  public static final GraphPolicy ANY = new GraphPolicy.InsecureAnyGraphForTests();

  private SparseFederation() {}

  /// A policy of `federation` that lets any graph pass.
  public static SitePolicy policy(Federation federation, int colluding) {
    return policy(federation.policy(colluding), ANY);
  }

  public static SitePolicy policy(SitePolicy like, GraphPolicy graphs) {
    return new SitePolicy(
        like.roster(),
        like.coordinator(),
        like.colluding(),
        like.honest(),
        like.maxLength(),
        like.maxClip(),
        like.allowTotalWeights(),
        like.signatures(),
        graphs);
  }

  /// A round that sums one number; `consents` unmask.
  public static RoundManifest one(Federation federation, int consents, int degree, int threshold) {
    return ManifestDraft.like(federation.one(consents))
        .topology(new Topology.Regular(new GraphParameters(degree, threshold), 0))
        .build();
  }

  /// Site i gives i + 1.
  public static Play begin(Federation federation, RoundManifest manifest) {
    return setup(federation, manifest).begin().numbers(numbers(federation));
  }

  public static PlaySetup setup(Federation federation, RoundManifest manifest) {
    return Play.of(federation, manifest).policy(policy(federation, 0));
  }

  public static long[] numbers(Federation federation) {
    long[] numbers = new long[federation.n];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i + 1L;
    }
    return numbers;
  }
}
