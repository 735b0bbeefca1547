package dev.caisson.secagg.site;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.check.Proceedings;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.AnswerStatement;
import dev.caisson.secagg.message.AnswerStatement.Recovery;
import dev.caisson.secagg.message.ConsentList;
import dev.caisson.secagg.message.ConsentStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Share;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// D3 is signed; the others' consents are awaited. Handling them reveals this site's shares, once:
/// for each member of U3 its share of b, for each other member of U2 its share of k and the pair
/// seed; nothing for members that left before U2; never both for one member. Over a sparse graph it
/// has shares of those that drew it alone, and of those that it drew pair seeds.
public final class AwaitingConsents implements SitePhase {
  private final SiteContext context;
  private final MaskingSecrets secrets;
  private final List<Integer> u3;
  private final Optional<Proceedings> proceedings;
  private final Digest d3;
  private final Once once = new Once();

  AwaitingConsents(SiteContext context, MaskingSecrets secrets, SurvivorList u3, Digest d3) {
    this.context = context;
    this.secrets = secrets;
    this.u3 = u3.members();
    this.proceedings =
        secrets.dealings.map(u2 -> new Proceedings(context.manifest, secrets.d1, u2, u3));
    this.d3 = d3;
  }

  /// Takes at least max(3, t) consents (a [ConsentList]) of distinct members of U3 to this site's
  /// own D3; gives the answer to send. One that does not hold refuses them all.
  public Step<Finished> handle(byte[] consentList) {
    once.take();
    ConsentList consents;
    try {
      consents = ConsentList.decodeWithin(context.bound(), consentList);
    } catch (MalformedException e) {
      return refused(SiteContext.malformed("the consents", e));
    }
    Optional<Fault> list =
        context.objection(
            "the list of consents",
            consents.members().stream().map(c -> c.statement().origin().sender()).toList(),
            u3);
    if (list.isPresent()) {
      return refused(list.get());
    }
    for (Signed<ConsentStatement> consent : consents.members()) {
      Optional<Fault> objection =
          context.objection(consent, d3, consent.statement().origin().sender());
      if (objection.isPresent()) {
        return refused(objection.get());
      }
    }
    Signed<AnswerStatement> answer = context.sign(answer());
    eraseUnanswered();
    return Step.next(
        new Finished(secrets.d1, secrets.d2, d3, names(u3), names(lost()), proceedings),
        new JournalEntry.Answered(context.manifestDigest, d3, names(u3), names(lost())),
        answer);
  }

  /// All but what the answer itself carries.
  private void eraseUnanswered() {
    secrets.selfMask.close();
    Set<Integer> survivors = Set.copyOf(u3);
    secrets.shares.forEach(
        (member, shares) ->
            (survivors.contains(member) ? shares.ofRoot : shares.ofSelfMask).close());
    secrets.pairSeeds.forEach(
        (member, seed) -> {
          if (survivors.contains(member)) {
            seed.close();
          }
        });
  }

  private AnswerStatement answer() {
    List<Share> selfShares = new ArrayList<>();
    for (int member : u3) {
      HeldShares held = secrets.shares.get(member);
      if (held != null) {
        selfShares.add(held.ofSelfMask);
      }
    }
    List<Recovery> recoveries = new ArrayList<>();
    List<Secret> pairSeeds = new ArrayList<>();
    for (int member : lost()) {
      HeldShares held = secrets.shares.get(member);
      Secret seed = secrets.pairSeeds.get(member);
      if (held != null && seed != null) {
        recoveries.add(new Recovery(held.ofRoot, seed));
      } else if (seed != null) {
        pairSeeds.add(seed);
      }
    }
    return new AnswerStatement(context.own(d3), selfShares, recoveries, pairSeeds);
  }

  /// U2 without U3.
  private List<Integer> lost() {
    Set<Integer> survivors = Set.copyOf(u3);
    return secrets.members().stream().filter(member -> !survivors.contains(member)).toList();
  }

  private List<String> names(List<Integer> members) {
    return members.stream().map(context::name).toList();
  }

  private Step<Finished> refused(Fault fault) {
    close();
    return Step.refused(fault);
  }

  @Override
  public void close() {
    secrets.close();
  }

  @Override
  public String toString() {
    return "AwaitingConsents[redacted]";
  }
}
