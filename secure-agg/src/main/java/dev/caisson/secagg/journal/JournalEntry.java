package dev.caisson.secagg.journal;

import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.graph.Topology;
import dev.caisson.trust.Digest;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// One thing that a site remembers for good. An entry is on disk, synced, **before** the message
/// that it belongs to is sent. `manifest` is the digest of the round's manifest. No entry holds a
/// secret or a value of the site's input.
public sealed interface JournalEntry {

  /// A process has opened the journal.
  record Opened(long incarnation) implements JournalEntry {}

  /// The first round of a plan that describes no model is about to begin here: the model file that
  /// the coordinator named, to which the plan is tied from then on.
  record Adopted(Digest plan, Digest model) implements JournalEntry {}

  /// The round begins at this site; its keys are about to be sent. `scope` says under what the
  /// state will be spent: sums within one scope could be subtracted from each other. `repeatable`
  /// says whether an answer may be given again for the same survivors: not over a sparse graph,
  /// where the same survivors do not make the same sum.
  record Begun(
      Digest manifest,
      String study,
      long number,
      String purpose,
      Digest scope,
      Digest state,
      List<String> cohort,
      int threshold,
      boolean repeatable)
      implements JournalEntry {
    public Begun {
      cohort = List.copyOf(cohort);
    }

    /// Of a round over a complete graph.
    public Begun(
        Digest manifest,
        String study,
        long number,
        String purpose,
        Digest scope,
        Digest state,
        List<String> cohort,
        int threshold) {
      this(manifest, study, number, purpose, scope, state, cohort, threshold, true);
    }

    /// The beginning of this manifest's round.
    public static Begun of(RoundManifest manifest, Digest scope) {
      return new Begun(
          manifest.digest(),
          manifest.study(),
          manifest.round(),
          manifest.purpose(),
          scope,
          manifest.model(),
          manifest.cohort(),
          manifest.threshold(),
          manifest.topology() instanceof Topology.Complete);
    }
  }

  /// U1 is fixed; key shares are about to be sent. `seen` tells how far other sites' journals were.
  record Keyed(Digest manifest, Digest d1, SortedMap<String, Sighting> seen)
      implements JournalEntry {
    public Keyed {
      seen = new TreeMap<>(seen);
    }

    @Override
    public SortedMap<String, Sighting> seen() {
      return new TreeMap<>(seen);
    }
  }

  /// The masked vector is about to be sent: the root over its chunks, and a fingerprint of what is
  /// masked under a key of the site's own, so that it tells nobody else anything.
  record Uploaded(Digest manifest, Digest root, Digest fingerprint) implements JournalEntry {}

  /// The consent to D3 is about to be sent.
  record Consented(Digest manifest, Digest d3, List<String> survivors) implements JournalEntry {
    public Consented {
      survivors = List.copyOf(survivors);
    }
  }

  /// The answer is about to be sent, which spends the state: shares of the self-mask seeds of
  /// `survivors`, whose inputs the sum covers; shares of the roots, and pair seeds, of `recovered`.
  record Answered(Digest manifest, Digest d3, List<String> survivors, List<String> recovered)
      implements JournalEntry {
    public Answered {
      survivors = List.copyOf(survivors);
      recovered = List.copyOf(recovered);
    }
  }

  /// The sum of an answered round, and the state that this site computed from it.
  record Succeeded(Digest manifest, Digest sum, Digest successor) implements JournalEntry {}

  /// What came of checking the sum of an answered round.
  ///
  /// @param sum the digest of the sum that the coordinator's opening named
  record Checked(Digest manifest, Result result, Digest sum, String words) implements JournalEntry {
    /// As [dev.caisson.secagg.check.Finding] has it.
    public enum Result {
      VERIFIED,
      WRONG,
      UNVERIFIED
    }
  }

  /// Others saw this site further than its journal knows; it takes part in nothing from here on.
  record Halted(Digest manifest, SortedMap<String, Sighting> claims) implements JournalEntry {
    public Halted {
      claims = new TreeMap<>(claims);
    }

    @Override
    public SortedMap<String, Sighting> claims() {
      return new TreeMap<>(claims);
    }

    /// The furthest that anybody saw, lies about impossible heights left out.
    public long height() {
      return claims.values().stream()
          .mapToLong(Sighting::height)
          .filter(height -> height <= Sighting.MAX_RESUMED)
          .max()
          .orElse(0);
    }
  }

  /// The custodian's signed word; each counts once.
  record Permitted(Permit permit) implements JournalEntry {}
}
