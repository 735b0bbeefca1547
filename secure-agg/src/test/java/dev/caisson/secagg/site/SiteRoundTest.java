package dev.caisson.secagg.site;

import static dev.caisson.secagg.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Memory;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.SignedManifest;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.journal.Claim;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.secagg.journal.Standing;
import dev.caisson.secagg.message.Descent;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// How a site enters a round, and what it refuses before it draws a key.
final class SiteRoundTest {
  private final Federation four = new Federation(4);
  private final RoundManifest manifest = four.one(3);
  private final Memory memory = Memory.opened(-5);

  @Test
  void aManifestOfAnotherSignerOrWithABentSignatureIsRefused() {
    assertRefused(
        refused(SignedManifest.sign(manifest, IdentityKey.generate()), four.policy()),
        Rule.MANIFEST_SIGNATURE,
        Fault.COORDINATOR,
        "not signed by the coordinator of this site's policy");
    byte[] bent = signed(manifest).signature().toArray();
    bent[bent.length / 3] ^= 1;
    assertRefused(
        refused(new SignedManifest(manifest, Bytes.of(bent)), four.policy()),
        Rule.MANIFEST_SIGNATURE,
        Fault.COORDINATOR);
  }

  @Test
  void aManifestThatWasChangedUnderItsSignatureIsRefused() {
    Bytes signature = signed(manifest).signature();
    for (RoundManifest changed :
        new RoundManifest[] {
          ManifestDraft.like(manifest).threshold(4).build(),
          ManifestDraft.like(manifest).model("another").build(),
          ManifestDraft.like(manifest).config("another").build(),
          ManifestDraft.like(manifest).nonce("another").build(),
          ManifestDraft.like(manifest).cohort(four.names().subList(0, 3)).build(),
          ManifestDraft.like(manifest).weights(new Weights.Total(2)).build(),
          ManifestDraft.like(manifest).purpose("audit").build(),
          ManifestDraft.like(manifest).round(2).build()
        }) {
      assertRefused(
          refused(new SignedManifest(changed, signature), four.policy()),
          Rule.MANIFEST_SIGNATURE,
          Fault.COORDINATOR);
    }
  }

  /// The policy's own tests go through its rules one by one.
  @Test
  void aManifestAgainstThePolicyIsRefused() {
    assertRefused(
        refused(signed(four.one(2)), four.policy()),
        Rule.MAJORITY,
        Fault.COORDINATOR,
        "needs t >= 3",
        "got t = 2");
    assertRefused(
        refused(signed(manifest), four.policy(2)),
        Rule.MAJORITY,
        Fault.COORDINATOR,
        "needs t >= 4",
        "n_C = 2");
  }

  @Test
  void whatItSaysIsSignedForThisRoundAndRememberedFirst() {
    memory.record(
        new JournalEntry.Begun(
            Digest.ofText("before"),
            "study",
            0,
            "train",
            Federation.SCOPE,
            Digest.ofText("state"),
            four.names(),
            3));
    Sighting theirs = new Sighting(77, 12);
    memory.record(
        new JournalEntry.Keyed(
            Digest.ofText("before"),
            Digest.ofText("d1"),
            new TreeMap<>(Map.of("site-002", theirs, "somebody else", theirs))));
    Step.Next<AwaitingKeys> next = begin(new SeededRandom(1), Descent.COMPUTED);
    assertThat(next.entry())
        .contains(
            new JournalEntry.Begun(
                manifest.digest(),
                "breast-cancer",
                1,
                "train",
                Federation.SCOPE,
                manifest.model(),
                four.names(),
                3));
    Signed<KeysStatement> keys = keys(next);
    Origin origin = new Origin(manifest.digest(), manifest.digest(), 1);
    assertThat(
            keys.objection(
                origin, manifest.signatures(), "site-001", four.key("site-001").identity()))
        .isEmpty();
    assertThat(keys.statement().descent()).isEqualTo(Descent.COMPUTED);
    // three entries so far; with the one that is to be written, four
    assertThat(keys.statement().standing())
        .isEqualTo(
            new Standing(
                new Sighting(-5, 4),
                new TreeMap<>(Map.of(2, new Claim(theirs, Digest.ofText("before"))))));
  }

  @Test
  void everyRoundHasFreshKeysAndTheTwoSetsAreIndependent() {
    KeysStatement first = keys(begin(new SeededRandom(1), Descent.FIRST)).statement();
    KeysStatement second = keys(begin(new SeededRandom(2), Descent.FIRST)).statement();
    assertThat(first.mask()).isNotEqualTo(second.mask());
    assertThat(first.transport()).isNotEqualTo(second.transport());
    assertThat(first.mask()).isNotEqualTo(first.transport());
  }

  /// The coordinator chooses the manifest; the same chance must not give it the same mask keys.
  @Test
  void maskKeysAreBoundToTheManifest() {
    KeysStatement first = keys(begin(new SeededRandom(1), Descent.FIRST)).statement();
    RoundManifest other = ManifestDraft.like(manifest).nonce("another").build();
    Step.Next<AwaitingKeys> next =
        (Step.Next<AwaitingKeys>) begin(signed(other), four.policy(), new SeededRandom(1));
    assertThat(keys(next).statement().mask()).isNotEqualTo(first.mask());
  }

  private Step.Next<AwaitingKeys> begin(SecureRandom random, Descent descent) {
    Step<AwaitingKeys> step =
        SiteRound.begin(
            four.policy(),
            "site-001",
            four.key("site-001"),
            signed(manifest),
            Federation.SCOPE,
            descent,
            memory.journal(),
            random);
    assertThat(step).isInstanceOf(Step.Next.class);
    return (Step.Next<AwaitingKeys>) step;
  }

  private Step<AwaitingKeys> begin(SignedManifest signed, SitePolicy policy, SecureRandom random) {
    return SiteRound.begin(
        policy,
        "site-001",
        four.key("site-001"),
        signed,
        Federation.SCOPE,
        Descent.FIRST,
        memory.journal(),
        random);
  }

  /// Where it must not even draw.
  private Step<AwaitingKeys> refused(SignedManifest signed, SitePolicy policy) {
    Step<AwaitingKeys> step = begin(signed, policy, new NoRandom());
    assertThat(((Step.Refused<?>) step).entry()).isEmpty();
    assertThat(((Step.Refused<?>) step).complaint()).isEqualTo(Optional.empty());
    return step;
  }

  private static SignedManifest signed(RoundManifest manifest) {
    return SignedManifest.sign(manifest, Federation.COORDINATOR);
  }

  @SuppressWarnings("unchecked")
  private static Signed<KeysStatement> keys(Step.Next<AwaitingKeys> next) {
    return (Signed<KeysStatement>) next.outgoing().orElseThrow();
  }

  /// Fails whoever asks.
  private static final class NoRandom extends SecureRandom {
    private static final long serialVersionUID = 1;

    NoRandom() {
      super(null, null);
    }

    @Override
    public void nextBytes(byte[] out) {
      throw new AssertionError("a key was drawn");
    }
  }
}
