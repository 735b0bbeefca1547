package dev.caisson.secagg;

import dev.caisson.secagg.graph.GraphPolicy;
import dev.caisson.secagg.graph.Topology;
import dev.caisson.trust.Identity;
import dev.caisson.trust.Roster;
import java.util.Optional;

/// What a site holds against its coordinator. Fixed by custodians, out of the coordinator's reach.
///
/// Guarantee, while at most `colluding` members of a cohort side with the coordinator: every sum
/// that is unmasked covers at least `honest` honest sites. The floors count honest survivors, not
/// survivors: `2t > n + n_C` and `n_C + h <= t <= n`. Not guaranteed: fairness, that a round ends
/// with a sum, that other sites' inputs are true, secrecy of the sum itself.
///
/// - `roster`: the identity keys of all sites; a cohort with anybody else is refused.
/// - `coordinator`: the only signer of manifests.
/// - `colluding`: n_C, sites that may side with the coordinator (Sybils count), 0 or more.
/// - `honest`: h, the honest sites that any sum must cover, at least 2.
/// - `maxLength`, `maxClip`: the longest vector and the widest clip that this site takes part in.
/// - `allowTotalWeights`: whether the sum of weights may become visible.
/// - `signatures`: the weakest signatures that this site believes others by.
/// - `graphs`: whether, and over which sparse graphs, it takes part. More members may have to be
///   assumed to collude over one than `colluding`; the floors then count those.
public record SitePolicy(
    Roster roster,
    Identity coordinator,
    int colluding,
    int honest,
    int maxLength,
    double maxClip,
    boolean allowTotalWeights,
    Signatures signatures,
    GraphPolicy graphs) {
  public SitePolicy {
    if (colluding < 0) {
      throw new IllegalArgumentException(
          "colluding sites must not be negative, got %d".formatted(colluding));
    }
    if (honest < 2) {
      throw new IllegalArgumentException(
          "a sum must cover at least 2 honest sites, got %d".formatted(honest));
    }
    if (maxLength < 1 || !(maxClip > 0)) {
      throw new IllegalArgumentException("maxLength and maxClip must be positive");
    }
  }

  /// Over complete graphs only.
  public SitePolicy(
      Roster roster,
      Identity coordinator,
      int colluding,
      int honest,
      int maxLength,
      double maxClip,
      boolean allowTotalWeights,
      Signatures signatures) {
    this(
        roster,
        coordinator,
        colluding,
        honest,
        maxLength,
        maxClip,
        allowTotalWeights,
        signatures,
        new GraphPolicy.Never());
  }

  /// The floors alone: any vector, any clip; the sum of weights stays hidden.
  public static SitePolicy floors(Roster roster, Identity coordinator, int colluding, int honest) {
    return new SitePolicy(
        roster,
        coordinator,
        colluding,
        honest,
        VectorSpec.MAX_LENGTH,
        1e30,
        false,
        Signatures.ML_DSA);
  }

  /// The first rule that a manifest breaks for the site `self`, if any. Says nothing about its
  /// signature.
  public Optional<Fault> objection(RoundManifest manifest, String self, Identity selfKey) {
    int n = manifest.cohort().size();
    int t = manifest.threshold();
    int colluding =
        manifest.topology() instanceof Topology.Regular
            ? graphs.corruptAmong(n, this.colluding)
            : this.colluding;
    for (String name : manifest.cohort()) {
      if (roster.find(name).isEmpty()) {
        return fault(Rule.COHORT_IN_ROSTER, "'%s' is not in this site's roster".formatted(name));
      }
    }
    if (!manifest.cohort().contains(self)
        || !roster.find(self).map(selfKey::equals).orElse(false)) {
      return fault(
          Rule.OWN_PLACE, "'%s' is not in the cohort under its own roster key".formatted(self));
    }
    if (2 * t <= n + colluding) {
      return fault(
          Rule.MAJORITY,
          "2t > n + n_C needs t >= %d (n = %d, n_C = %d), got t = %d"
              .formatted((n + colluding) / 2 + 1, n, colluding, t));
    }
    if (colluding + honest > t) {
      return fault(
          Rule.HONEST_FLOOR,
          "n_C + h <= t needs t >= %d (n_C = %d, h = %d), got t = %d"
              .formatted(colluding + honest, colluding, honest, t));
    }
    if (manifest.topology() instanceof Topology.Regular graph) {
      Optional<String> weak = graphs.objection(graph, n, this.colluding);
      if (weak.isPresent()) {
        return fault(Rule.GRAPH, weak.get());
      }
    }
    if (manifest.vector().length() > maxLength) {
      return fault(
          Rule.VECTOR_LENGTH,
          "at most %d entries, got %d".formatted(maxLength, manifest.vector().length()));
    }
    for (Segment segment : manifest.vector().segments()) {
      if (segment instanceof Segment.Real real && real.clip() > maxClip) {
        return fault(
            Rule.CLIP,
            "segment '%s': clip at most %s, got %s".formatted(real.name(), maxClip, real.clip()));
      }
    }
    if (manifest.weights() instanceof Weights.Total && !allowTotalWeights) {
      return fault(Rule.WEIGHTS, "this site does not let the sum of weights become visible");
    }
    if (manifest.signatures().compareTo(signatures) < 0) {
      return fault(
          Rule.SIGNATURES,
          "this site wants statements signed by %s, the round signs by %s"
              .formatted(signatures.label(), manifest.signatures().label()));
    }
    return Optional.empty();
  }

  private static Optional<Fault> fault(Rule rule, String detail) {
    return Optional.of(new Fault(rule, Fault.COORDINATOR, detail));
  }
}
