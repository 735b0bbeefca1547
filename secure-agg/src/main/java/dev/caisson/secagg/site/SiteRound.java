package dev.caisson.secagg.site;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.SignedManifest;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.secagg.agreement.HybridKeys;
import dev.caisson.secagg.agreement.MaskKeys;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.security.SecureRandom;
import java.util.Optional;

/// The way into a round for a site.
///
/// The caller answers for what a pure state machine cannot know: that this manifest was not begun
/// before (a second run of one manifest would send a second vector), that the clock has passed
/// `uploadNotBefore` when it sends chunks, and that the same base state is not trained twice.
public final class SiteRound {
  private SiteRound() {}

  /// Checks the manifest against the policy, then draws this round's keys.
  public static Step<AwaitingKeys> begin(
      SitePolicy policy, String self, IdentityKey key, byte[] signedManifest, SecureRandom random) {
    SignedManifest signed;
    try {
      signed = SignedManifest.decode(signedManifest);
    } catch (MalformedException e) {
      return Step.refused(SiteContext.malformed("the manifest", e));
    }
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
        new SiteContext(manifest, manifest.cohort().indexOf(self), key, policy.roster(), random);
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
                transportKeys.publicKeys()));
    return Step.next(new AwaitingKeys(context, root, maskKeys, transportKeys, own), own);
  }
}
