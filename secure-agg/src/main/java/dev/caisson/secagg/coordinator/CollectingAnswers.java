package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.graph.GraphGuarantee;
import dev.caisson.secagg.graph.OpenedSums;
import dev.caisson.secagg.message.AnswerStatement;
import dev.caisson.secagg.message.ShareLeaf;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.MalformedException;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Step 5: what survivors reveal. Each share is checked against its dealer's commitment and each
/// pair seed against its revealer's confirmation as it arrives; what does not open names its
/// revealer and is left out.
public final class CollectingAnswers implements CoordinatorPhase {
  private final Roll roll;
  private final Survivors survivors;
  private final Dealings dealings;
  private final Inbox<Signed<AnswerStatement>> inbox;
  private final Revealed revealed;

  CollectingAnswers(
      Roll roll, Dealings dealings, Survivors survivors, Iterable<Integer> consenting) {
    this.roll = roll;
    this.dealings = dealings;
    this.survivors = survivors;
    this.inbox = new Inbox<>(roll, consenting);
    this.revealed = new Revealed();
  }

  /// The members of U3: whose inputs the sum will cover. As soon as one of them has the list of
  /// consents it may answer, and then repeats this state over exactly these.
  public List<String> survivors() {
    return roll.names(survivors.u3());
  }

  @Override
  public Receipt accept(String site, byte[] message) {
    return inbox.accept(site, message, this::read);
  }

  private Inbox.Read<Signed<AnswerStatement>> read(int member, byte[] message)
      throws MalformedException {
    Signed<AnswerStatement> answer =
        Signed.decodeWithin(roll.bound(), message, AnswerStatement::decodeWithin);
    Optional<Fault> objection = roll.objection(answer, survivors.d3(), member);
    if (objection.isPresent()) {
      return Inbox.Read.bad(objection.get());
    }
    AnswerStatement statement = answer.statement();
    if (statement.selfShares().size() != dealersTo(member, survivors.u3()).size()
        || statement.recoveries().size() != dealersTo(member, survivors.lost()).size()
        || statement.pairSeeds().size() != drawnBy(member, survivors.lost()).size()) {
      return Inbox.Read.bad(
          roll.record(
              Rule.WELL_FORMED, roll.name(member), "an answer for other lists than U2 and U3"));
    }
    Optional<Fault> flaw = take(member, statement);
    return flaw.isPresent() ? Inbox.Read.flawed(answer, flaw.get()) : Inbox.Read.good(answer);
  }

  /// Those of whom this member holds shares.
  private List<Integer> dealersTo(int member, List<Integer> dealers) {
    return dealers.stream().filter(dealer -> dealings.dealtTo(dealer, member)).toList();
  }

  /// Those of whom it holds none, but with whom it masked.
  private List<Integer> drawnBy(int member, List<Integer> others) {
    return others.stream()
        .filter(other -> !dealings.dealtTo(other, member) && dealings.arePeers(member, other))
        .toList();
  }

  /// Keeps what opens; gives the first thing that does not.
  private Optional<Fault> take(int member, AnswerStatement answer) {
    Optional<Fault> first = Optional.empty();
    List<Integer> u3 = dealersTo(member, survivors.u3());
    for (int i = 0; i < u3.size(); i++) {
      int dealer = u3.get(i);
      ShareLeaf leaf = dealings.leaf(dealer, member);
      if (answer.selfShares().get(i).commitment("b", dealer, member).equals(leaf.selfShare())) {
        revealed.selfShare(dealer, member, answer.selfShares().get(i));
      } else {
        first = first.or(() -> wrongShare(member, dealer));
      }
    }
    List<Integer> lost = dealersTo(member, survivors.lost());
    for (int i = 0; i < lost.size(); i++) {
      int dealer = lost.get(i);
      AnswerStatement.Recovery recovery = answer.recoveries().get(i);
      ShareLeaf leaf = dealings.leaf(dealer, member);
      if (recovery.rootShare().commitment("k", dealer, member).equals(leaf.rootShare())) {
        revealed.rootShare(dealer, member, recovery.rootShare());
      } else {
        first = first.or(() -> wrongShare(member, dealer));
      }
      if (!takeSeed(member, dealer, recovery.pairSeed())) {
        first = first.or(() -> wrongSeed(member, dealer));
      }
    }
    List<Integer> drawn = drawnBy(member, survivors.lost());
    for (int i = 0; i < drawn.size(); i++) {
      int peer = drawn.get(i);
      if (!takeSeed(member, peer, answer.pairSeeds().get(i))) {
        first = first.or(() -> wrongSeed(member, peer));
      }
    }
    return first;
  }

  private boolean takeSeed(int member, int lost, Secret seed) {
    boolean opens = survivors.confirms(member, lost, seed);
    if (opens) {
      revealed.pairSeed(member, lost, seed);
    }
    return opens;
  }

  private Optional<Fault> wrongSeed(int member, int lost) {
    return Optional.of(
        roll.record(
            Rule.SEED_OPENS,
            roll.name(member),
            "the pair seed revealed for %s is not the one it confirmed"
                .formatted(roll.name(lost))));
  }

  private Optional<Fault> wrongShare(int member, int dealer) {
    return Optional.of(
        roll.record(
            Rule.SHARE_OPENS,
            roll.name(member),
            "the share revealed for %s does not open its commitment".formatted(roll.name(dealer))));
  }

  @Override
  public void drop(String site) {
    roll.drop(roll.member(site));
  }

  @Override
  public boolean isComplete() {
    return inbox.awaited().isEmpty();
  }

  @Override
  public Set<String> awaited() {
    return new TreeSet<>(roll.names(inbox.awaited()));
  }

  /// Rebuilds what is missing, takes the masks off and gives the sum.
  public Outcome<SumResult> close() {
    return switch (open()) {
      case Outcome.Next<OpenedSum>(OpenedSum sum, _) -> {
        sum.close();
        yield new Outcome.Next<>(sum.result(), new TreeMap<>());
      }
      case Outcome.Aborted<OpenedSum>(String reason, List<Fault> faults) ->
          new Outcome.Aborted<>(reason, faults);
    };
  }

  /// As [#close], with what it takes to have sites check the sum; the caller closes it.
  public Outcome<OpenedSum> open() {
    inbox.close();
    inbox.awaited().forEach(roll::drop);
    try {
      Optional<Outcome<OpenedSum>> tooFew =
          roll.tooFew("the list of answers", inbox.received().size());
      if (tooFew.isPresent()) {
        return tooFew.get();
      }
      Recovery recovery = new Recovery(roll, dealings, survivors, revealed);
      boolean handedOn = false;
      try {
        Outcome<OpenedSum> outcome = opened(recovery);
        handedOn = outcome instanceof Outcome.Next<OpenedSum>;
        return outcome;
      } finally { // a disk that fails wipes them too
        if (!handedOn) {
          recovery.opened().close();
        }
      }
    } finally {
      revealed.close();
      survivors.discard();
    }
  }

  /// What the graph promises, computed from U1 as it was.
  private Optional<GraphGuarantee> guarantee() {
    return roll.graph()
        .map(
            graph ->
                GraphGuarantee.of(
                    new OpenedSums(
                        dealings.members().size(), graph.corrupt(), graph.parameters())));
  }

  private Outcome<OpenedSum> opened(Recovery recovery) {
    Optional<String> failure = recovery.unmask();
    if (failure.isPresent()) {
      return roll.aborted(failure.get());
    }
    return switch (Aggregate.of(roll.manifest, roll.names(survivors.u3()), roll.sums.store())) {
      case Aggregate.Checked.Implausible(Fault fault) -> roll.aborted(roll.record(fault).detail());
      case Aggregate.Checked.Plausible(Aggregate aggregate) ->
          new Outcome.Next<>(
              new OpenedSum(
                  roll, survivors, recovery.opened(), recovery.total(), result(aggregate)),
              new TreeMap<>());
    };
  }

  private SumResult result(Aggregate aggregate) {
    NavigableSet<String> silent = new TreeSet<>(roll.manifest.cohort());
    silent.removeAll(aggregate.survivors());
    return new SumResult(
        aggregate,
        List.copyOf(silent),
        dealings.d1,
        survivors.d2(),
        survivors.d3(),
        roll.faults(),
        guarantee());
  }
}
