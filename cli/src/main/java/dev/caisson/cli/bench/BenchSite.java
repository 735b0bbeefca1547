package dev.caisson.cli.bench;

import dev.caisson.cli.bench.Tally.Side;
import dev.caisson.secagg.SignedManifest;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.secagg.Threads;
import dev.caisson.secagg.check.Finding;
import dev.caisson.secagg.check.SiteCheck;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.journal.Journal;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.Descent;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.TagList;
import dev.caisson.secagg.message.TagStatement;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.site.AwaitingConsents;
import dev.caisson.secagg.site.AwaitingKeys;
import dev.caisson.secagg.site.AwaitingShares;
import dev.caisson.secagg.site.Finished;
import dev.caisson.secagg.site.Masking;
import dev.caisson.secagg.site.SitePhase;
import dev.caisson.secagg.site.SiteRound;
import dev.caisson.secagg.site.Step;
import dev.caisson.secagg.site.Upload;
import dev.caisson.secagg.site.Uploading;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// One site of a measured round: the real phases, policy and journal, in this process. Its messages
/// are bytes, as on the wire.
final class BenchSite {
  final String name;

  /// How this site is counted.
  final Side side;

  private final IdentityKey key;
  private final SecureRandom random;
  private final Tally tally;
  private final Journal journal = new Journal();
  private @Nullable SitePhase phase;
  private @Nullable SiteCheck check;

  BenchSite(String name, Side side, IdentityKey key, SecureRandom random, Tally tally) {
    this.name = name;
    this.side = side;
    this.key = key;
    this.random = random;
    this.tally = tally;
    journal.apply(new JournalEntry.Opened(random.nextLong(1L << 62)));
  }

  byte[] begin(SitePolicy policy, SignedManifest manifest) throws Exception {
    return sent(
        "keys",
        () ->
            SiteRound.begin(
                policy,
                name,
                key,
                manifest,
                Digest.ofText("scope"),
                Descent.FIRST,
                journal,
                random));
  }

  byte[] deal(byte[] keys) throws Exception {
    AwaitingKeys now = (AwaitingKeys) current();
    return sent("shares", () -> now.handle(keys));
  }

  void agree(byte[] shares) throws Exception {
    AwaitingShares now = (AwaitingShares) current();
    sent("agree", () -> now.handle(shares));
  }

  byte[] mask(Input input, Threads threads) throws Exception {
    Masking now = (Masking) current();
    try (Secret coins = Secret.random(Secret.BYTES, random)) {
      return sent("mask", () -> now.mask(input, coins, threads));
    }
  }

  Upload upload() {
    return ((Uploading) current()).upload();
  }

  byte[] consent(byte[] survivors) throws Exception {
    Uploading now = (Uploading) current();
    return sent("consent", () -> now.handle(survivors));
  }

  byte[] answer(byte[] consents) throws Exception {
    AwaitingConsents now = (AwaitingConsents) current();
    try (now) {
      return sent("answer", () -> now.handle(consents));
    }
  }

  /// Takes the opening of the sum that it answered for.
  ///
  /// @param upload its own upload, which it has kept
  byte[] tag(byte[] opening, IntFunction<byte[]> upload, Roster roster, Identity coordinator)
      throws Exception {
    Finished now = (Finished) current();
    byte[] message =
        tally.measure(
            side,
            "tag",
            () -> {
              check =
                  new SiteCheck(now.proceedings().orElseThrow(), name, key, roster, coordinator);
              return switch (check.tag(opening, upload)) {
                case SiteCheck.Tagging.Tagged(Signed<TagStatement> tag, _) -> tag.encoded();
                case SiteCheck.Tagging.Over(Finding finding) -> throw notVerified(finding);
              };
            });
    tally.sent(side, "tag", message.length);
    tally.end(side, "tag");
    return message;
  }

  /// Verifies the sum by everybody's tags.
  void verify(IntFunction<byte[]> total, byte[] tags) throws Exception {
    SiteCheck now = Objects.requireNonNull(check, "it has tagged");
    Finding finding =
        tally.measure(side, "verify", () -> now.check(total, TagList.decode(tags), Map.of()));
    if (!(finding instanceof Finding.Verified)) {
      throw notVerified(finding);
    }
    tally.end(side, "verify");
  }

  private IllegalStateException notVerified(Finding finding) {
    return new IllegalStateException(name + " did not verify: " + finding.inWords());
  }

  private SitePhase current() {
    if (phase == null) {
      throw new IllegalStateException(name + " has not begun");
    }
    return phase;
  }

  /// One step's work.
  private interface Work {
    Step<? extends SitePhase> take();
  }

  /// Takes the step and encodes what it sends, nothing where it sends nothing.
  private byte[] sent(String what, Work work) throws Exception {
    byte[] message =
        tally.measure(
            side,
            what,
            () ->
                switch (work.take()) {
                  case Step.Next<? extends SitePhase>(
                          SitePhase next,
                          Optional<JournalEntry> entry,
                          Optional<Message> outgoing) -> {
                    entry.ifPresent(journal::apply);
                    phase = next;
                    yield outgoing.map(Message::encoded).orElse(new byte[0]);
                  }
                  case Step.Refused<? extends SitePhase> refused ->
                      throw new IllegalStateException(name + " left: " + refused.fault());
                });
    tally.sent(side, what, message.length);
    tally.end(side, what);
    return message;
  }
}
