package dev.caisson.secagg.site;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.SignedManifest;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.secagg.agreement.HybridKeys;
import dev.caisson.secagg.agreement.MaskKeys;
import dev.caisson.secagg.journal.Journal;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Standing;
import dev.caisson.secagg.message.Descent;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import java.security.SecureRandom;
import java.util.Optional;

/// The way into a round for a site.
///
/// The caller answers for what a pure state machine cannot do: that each step's journal entry is
/// durable before its message leaves, that the clock has passed `uploadNotBefore` when it sends the
/// upload, and that it says truly how it knows the state.
public final class SiteRound {
  private static final int CLAIMS = 64;

  private SiteRound() {}

  /// Checks the manifest against the policy, then draws this round's keys.
  ///
  /// @param scope under what the answer spends the manifest's state: rounds whose sums could be
  ///   subtracted from each other must have one scope, whatever the coordinator calls them
  /// @param descent how this site knows the manifest's state
  public static Step<AwaitingKeys> begin(
      SitePolicy policy,
      String self,
      IdentityKey key,
      SignedManifest signed,
      Digest scope,
      Descent descent,
      Journal journal,
      SecureRandom random) {
    if (!signed.isSignedBy(policy.coordinator())) {
      return Step.refused(
          SiteContext.coordinator(
              Rule.MANIFEST_SIGNATURE,
              "the manifest is not signed by the coordinator of this site's policy"));
    }
    RoundManifest manifest = signed.manifest();
    Optional<Fault> objection = policy.objection(manifest, self, key.identity());
    if (objection.isPresent()) {
      return Step.refused(objection.get());
    }
    SiteContext context =
        new SiteContext(manifest, manifest.cohort().indexOf(self), key, policy, scope, random);
    Secret root = Secret.random(Secret.BYTES, random);
    MaskKeys maskKeys = MaskKeys.derive(root, context.manifestDigest, context.self);
    HybridKeys transportKeys;
    try (Secret seed = Secret.random(HybridKeys.SEED_BYTES, random)) {
      transportKeys = HybridKeys.fromSeed(seed);
    }
    Signed<KeysStatement> own =
        context.sign(
            new KeysStatement(
                context.own(context.manifestDigest),
                maskKeys.publicKeys(),
                transportKeys.publicKeys(),
                standing(journal, context),
                descent));
    return Step.next(
        new AwaitingKeys(context, journal, root, maskKeys, transportKeys, own),
        JournalEntry.Begun.of(manifest, scope),
        own);
  }

  /// Among thousands a site speaks of some others only, chosen by chance: each of them is still
  /// spoken of by many.
  private static Standing standing(Journal journal, SiteContext context) {
    Standing all = journal.standing(context.manifest, context.selfName());
    return context.graph().isPresent() ? all.sampled(CLAIMS, context.random) : all;
  }
}
