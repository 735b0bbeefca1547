package dev.caisson.secagg;

/// The rules that a party of a round can break. A [Fault] names the rule, the party and the detail.
public enum Rule {
  /// Bytes that do not decode, or are of another message than the phase awaits.
  WELL_FORMED,
  /// The manifest is signed by the coordinator that the site's policy names.
  MANIFEST_SIGNATURE,
  /// Every member of the cohort is in the site's own roster.
  COHORT_IN_ROSTER,
  /// The site itself is in the cohort, under its own key.
  OWN_PLACE,
  /// `2t > n + n_C`: two quorums share an honest site.
  MAJORITY,
  /// `n_C + h <= t`: every sum covers at least h honest sites.
  HONEST_FLOOR,
  /// A sparse graph is one that the site's policy allows, among those that sent their keys.
  GRAPH,
  /// Over a sparse graph, enough of the members that a site drew are still there to unmask it.
  NEIGHBOURHOOD,
  /// The vector is no longer than the site's policy allows.
  VECTOR_LENGTH,
  /// No clip beyond the site's policy.
  CLIP,
  /// The weights mode is one that the site's policy allows.
  WEIGHTS,
  /// The round's signatures are at least those that the site's policy wants.
  SIGNATURES,
  /// `|U1|, |U2|, |U3|, |consents| >= max(3, t)`.
  SURVIVOR_FLOOR,
  /// A message belongs to this manifest.
  SAME_ROUND,
  /// A message carries the transcript digest (D1, D2 or D3) that its reader holds.
  SAME_TRANSCRIPT,
  /// A message is signed by the roster identity of its sender.
  SIGNATURE,
  /// A list names each member at most once, in order, and only members of the list before it.
  NESTED_LISTS,
  /// A site finds its own message, unchanged, in every list.
  OWN_ENTRY,
  /// Public keys are valid points and lattice keys.
  VALID_KEY,
  /// A share leaf is under the root that its dealer signed.
  SHARE_PATH,
  /// An envelope opens under the key that its dealer agreed with its reader.
  ENVELOPE,
  /// A share opens the hash that its dealer committed to.
  SHARE_OPENS,
  /// The secret rebuilt from shares that open is the one the dealer committed to.
  DEALT_SECRET,
  /// A revealed pair seed opens the confirmation that its revealer signed.
  SEED_OPENS,
  /// Both ends of a pair confirm the same pair seed, the one that their keys give: a member that
  /// differs from most of the others does not.
  CONFIRMATION,
  /// Both ends of a pair confirm the same pair seed: one of the two lies, and nobody can tell
  /// which.
  DISPUTED_PAIR,
  /// A site complains of another and leaves. A claim, not a proof.
  COMPLAINT,
  /// No member is accused by most of the others.
  ACCUSED_BY_MOST,
  /// Upload chunks have their exact index and length, and hash to the signed root.
  CHUNK,
  /// An input fits the manifest: finite, in range, of the right segments and lengths.
  INPUT,
  /// A sum lies where honest inputs put it.
  SUM_RANGE,
  /// One signed message of a kind per site; a repetition is byte-identical.
  ONE_MESSAGE,
  /// The sender is a member of the round in this phase.
  MEMBER,
  /// A site that was declared dropped stays out of the round.
  STAYS_DROPPED,
  /// A site begins each manifest once, in all its life.
  BEGUN_ONCE,
  /// A site sends one masked vector, one consent and one answer to a manifest.
  ONCE_A_ROUND,
  /// A state that was answered is answered again only with the same input, over the same survivors.
  SPENT_STATE,
  /// A state that a round starts from is the first one, or follows from a sum of this site's, or
  /// enough members say that it does.
  BASE_STATE,
  /// One sum gives one next state.
  ONE_SUCCESSOR,
  /// Nobody saw this site further than its own journal knows.
  OWN_JOURNAL,
  /// A member is where it was last seen, or further.
  PEER_JOURNAL,
  /// A site that was halted waits for its custodian.
  HALTED,
  /// A permit counts once.
  PERMIT_ONCE,
  /// A round is one that the study's plan foresees.
  PLAN,
  /// The tag that a site signs is that of the upload whose root it signed.
  TAG,
  /// A published sum is that of the uploads, as far as this site could check it.
  CHECKED_SUM;

  /// Whether a breach is the named party's own doing: its identity key signed what breaks the rule.
  /// Not one of lateness, nor a claim about others, nor anything that whoever holds the party's
  /// connection can send in its name.
  public boolean provesCulprit() {
    return switch (this) {
      case VALID_KEY,
          ENVELOPE,
          SHARE_OPENS,
          DEALT_SECRET,
          SEED_OPENS,
          CONFIRMATION,
          ACCUSED_BY_MOST,
          ONE_MESSAGE,
          TAG ->
          true;
      case WELL_FORMED,
          MANIFEST_SIGNATURE,
          COHORT_IN_ROSTER,
          OWN_PLACE,
          MAJORITY,
          HONEST_FLOOR,
          GRAPH,
          NEIGHBOURHOOD,
          VECTOR_LENGTH,
          CLIP,
          WEIGHTS,
          SIGNATURES,
          SURVIVOR_FLOOR,
          SAME_ROUND,
          SAME_TRANSCRIPT,
          SIGNATURE,
          NESTED_LISTS,
          OWN_ENTRY,
          SHARE_PATH,
          DISPUTED_PAIR,
          COMPLAINT,
          CHUNK,
          INPUT,
          SUM_RANGE,
          MEMBER,
          STAYS_DROPPED,
          BEGUN_ONCE,
          ONCE_A_ROUND,
          SPENT_STATE,
          BASE_STATE,
          ONE_SUCCESSOR,
          OWN_JOURNAL,
          PEER_JOURNAL,
          HALTED,
          PERMIT_ONCE,
          PLAN,
          CHECKED_SUM ->
          false;
    };
  }

  /// Whether a message breaks this rule by bytes that no signature of its sender covers: they came
  /// over the sender's connection, and whoever holds its TLS key alone can send them.
  public boolean isOfUnsignedBytes() {
    return this == WELL_FORMED || this == SIGNATURE || this == SHARE_PATH || this == CHUNK;
  }
}
