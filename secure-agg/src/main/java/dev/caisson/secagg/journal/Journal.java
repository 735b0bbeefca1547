package dev.caisson.secagg.journal;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A site's memory: the fold over its [JournalEntry]s in order, and the rules across rounds.
///
/// Guarantee, as long as every entry that was applied is still there after a restart and
/// [#objection] and [#apply] happen in one step: no manifest is begun twice, no second consent or
/// answer to one manifest, no second answer to one state within a scope unless survivors and input
/// are the same (so that the sums are), and one successor of one sum and its repetitions. Where
/// entries are lost (an old backup), [#contradicted] notices as soon as a peer of a later round
/// takes part.
///
/// Not guaranteed: that a restored site is noticed by itself, when every other member of the cohort
/// is one that it had not met since its backup.
///
/// Thread-safe; a caller that needs an objection and an entry in one step holds a lock around both.
public final class Journal {
  /// What was answered for a state.
  private record Spending(
      String purpose, List<String> survivors, Digest fingerprint, boolean repeatable) {}

  /// A state within a scope.
  private record Base(Digest scope, Digest state) {}

  /// How far another site was seen, and the processes of it that are over.
  private static final class Peer {
    Claim last;
    final Set<Long> over = new HashSet<>();

    Peer(Claim first) {
      this.last = first;
    }

    boolean couldBe(Sighting now) {
      return now.incarnation() == last.at().incarnation()
          || (!over.contains(now.incarnation()) && now.height() > last.at().height());
    }

    void met(Claim now) {
      if (now.at().incarnation() != last.at().incarnation()) {
        over.add(last.at().incarnation());
        last = now;
      } else if (now.at().height() > last.at().height()) {
        last = now;
      }
    }
  }

  private long height;
  private Sighting current = new Sighting(0, 0);

  /// Own processes that are over, each with the height at its end.
  private final Map<Long, Long> ended = new HashMap<>();

  /// Processes of which something is forgotten, each with the height up to which the custodian
  /// answers for it, and the very claims that halted this site before.
  private final Map<Long, Long> vouched = new HashMap<>();

  private final Set<Sighting> forgiven = new HashSet<>();

  /// The model file of each plan that describes none.
  private final Map<Digest, Digest> models = new HashMap<>();

  private final Map<Digest, JournalEntry.Begun> begun = new HashMap<>();
  private final Map<Digest, JournalEntry.Uploaded> uploaded = new HashMap<>();
  private final Map<Digest, JournalEntry.Consented> consented = new HashMap<>();
  private final Map<Digest, JournalEntry.Answered> answered = new HashMap<>();
  private final Map<Digest, JournalEntry.Checked> checked = new HashMap<>();
  private final Map<Digest, JournalEntry.Succeeded> succeeded = new HashMap<>();
  private final Map<Base, Digest> inputs = new HashMap<>();
  private final Map<Base, Spending> spent = new HashMap<>();
  private final Map<Base, Integer> allowed = new HashMap<>();
  private final Set<Digest> excused = new HashSet<>();
  private final Set<Digest> permits = new HashSet<>();
  private final SortedMap<String, Peer> peers = new TreeMap<>();
  private Optional<JournalEntry.Halted> halted = Optional.empty();

  /// Why this entry must not be written, nor its message sent, if so. The party is the coordinator,
  /// which asked for it.
  public synchronized Optional<Fault> objection(JournalEntry entry) {
    return switch (entry) {
      case JournalEntry.Adopted(Digest plan, Digest model) ->
          models.getOrDefault(plan, model).equals(model)
              ? Optional.empty()
              : fault(
                  Rule.BASE_STATE,
                  "this site works on another model file for this plan, whose states could be"
                      + " compared");
      case JournalEntry.Begun b -> {
        if (halted.isPresent()) {
          yield fault(Rule.HALTED, "this site was halted; its custodian can have it go on");
        }
        yield begun.containsKey(b.manifest())
            ? fault(
                Rule.BEGUN_ONCE, "this site began the round before and forgot its secrets since")
            : Optional.empty();
      }
      case JournalEntry.Keyed k -> stillOn(k.manifest());
      case JournalEntry.Uploaded u -> {
        if (uploaded.containsKey(u.manifest())) {
          yield fault(Rule.ONCE_A_ROUND, "a second masked vector in one round");
        }
        yield stillOn(u.manifest())
            .or(() -> spentOtherwise(u.manifest(), Optional.empty(), u.fingerprint()));
      }
      case JournalEntry.Consented c -> {
        if (consented.containsKey(c.manifest())) {
          yield fault(Rule.ONCE_A_ROUND, "a second consent in one round");
        }
        yield stillOn(c.manifest())
            .or(
                () ->
                    spentOtherwise(
                        c.manifest(), Optional.of(c.survivors()), fingerprint(c.manifest())));
      }
      case JournalEntry.Answered a -> {
        if (answered.containsKey(a.manifest())) {
          yield fault(Rule.ONCE_A_ROUND, "a second answer in one round");
        }
        JournalEntry.Consented consent = consented.get(a.manifest());
        if (consent == null || !consent.d3().equals(a.d3())) {
          throw new IllegalStateException("a site consents to a D3 before it answers to it");
        }
        yield stillOn(a.manifest())
            .or(
                () ->
                    spentOtherwise(
                        a.manifest(), Optional.of(a.survivors()), fingerprint(a.manifest())));
      }
      case JournalEntry.Checked c ->
          !answered.containsKey(c.manifest()) || checked.containsKey(c.manifest())
              ? fault(Rule.ONCE_A_ROUND, "a sum is checked once, by those who answered")
              : Optional.empty();
      case JournalEntry.Succeeded s -> {
        if (!answered.containsKey(s.manifest())) {
          yield fault(Rule.BASE_STATE, "the sum of a round that this site did not answer");
        }
        yield successors(s.manifest()).stream()
            .filter(before -> !before.equals(s.successor()))
            .findFirst()
            .flatMap(
                before ->
                    fault(
                        Rule.ONE_SUCCESSOR,
                        "the same sum gave state %s before, now it should give %s"
                            .formatted(before.shortHex(), s.successor().shortHex())));
      }
      case JournalEntry.Permitted o ->
          permits.contains(o.permit().digest())
              ? fault(Rule.PERMIT_ONCE, "a permit counts once")
              : Optional.empty();
      case JournalEntry.Opened _, JournalEntry.Halted _ -> Optional.empty();
    };
  }

  private Optional<Fault> stillOn(Digest manifest) {
    known(manifest);
    return halted.isPresent()
        ? fault(Rule.HALTED, "this site was halted during the round")
        : Optional.empty();
  }

  /// An input that was uploaded may be in a sum that was opened without this site's answer, so it
  /// is bound from then on; the survivors are bound by the answer. See docs/protocol, repeated
  /// sums.
  private Optional<Fault> spentOtherwise(
      Digest manifest, Optional<List<String>> survivors, Digest fingerprint) {
    boolean permitted = excused.contains(manifest) || allowed.getOrDefault(base(manifest), 0) > 0;
    return permitted ? Optional.empty() : conflict(manifest, survivors, fingerprint);
  }

  private Optional<Fault> conflict(
      Digest manifest, Optional<List<String>> survivors, Digest fingerprint) {
    Base base = base(manifest);
    String state = base.state.shortHex();
    Digest sent = inputs.get(base);
    Spending before = spent.get(base);
    if ((sent != null && !sent.equals(fingerprint))
        || (before != null && !before.fingerprint.equals(fingerprint))) {
      return fault(
          Rule.SPENT_STATE,
          "another input was sent for state %s before; two sums could be subtracted from each other"
              .formatted(state));
    }
    if (before != null
        && survivors.isPresent()
        && !(before.repeatable && known(manifest).repeatable())) {
      return fault(
          Rule.SPENT_STATE,
          "state %s was answered before; over a sparse graph the same survivors do not make the same sum"
              .formatted(state));
    }
    if (before != null && survivors.isPresent() && !survivors.get().equals(before.survivors)) {
      return fault(
          Rule.SPENT_STATE,
          "state %s was answered for %s; a sum over %s could be subtracted from the first"
              .formatted(state, before.survivors, survivors.get()));
    }
    return Optional.empty();
  }

  /// Takes an entry that was written, or read again after a restart.
  public synchronized void apply(JournalEntry entry) {
    height++;
    switch (entry) {
      case JournalEntry.Opened(long incarnation) -> {
        ended.put(current.incarnation(), height - 1); // it wrote all entries before this one
        current = new Sighting(incarnation, height);
      }
      case JournalEntry.Adopted(Digest plan, Digest model) -> models.put(plan, model);
      case JournalEntry.Begun b -> begun.put(b.manifest(), b);
      case JournalEntry.Keyed k ->
          k.seen()
              .forEach(
                  (name, sighting) -> {
                    Claim claim = new Claim(sighting, k.manifest());
                    peers.computeIfAbsent(name, _ -> new Peer(claim)).met(claim);
                  });
      case JournalEntry.Uploaded u -> {
        excuse(u.manifest(), conflict(u.manifest(), Optional.empty(), u.fingerprint()));
        uploaded.put(u.manifest(), u);
        inputs.put(base(u.manifest()), u.fingerprint());
      }
      case JournalEntry.Consented c -> {
        excuse(
            c.manifest(),
            conflict(c.manifest(), Optional.of(c.survivors()), fingerprint(c.manifest())));
        consented.put(c.manifest(), c);
      }
      case JournalEntry.Answered a -> {
        answered.put(a.manifest(), a);
        excuse(
            a.manifest(),
            conflict(a.manifest(), Optional.of(a.survivors()), fingerprint(a.manifest())));
        spent.put(
            base(a.manifest()),
            new Spending(
                known(a.manifest()).purpose(),
                a.survivors(),
                fingerprint(a.manifest()),
                known(a.manifest()).repeatable()));
      }
      case JournalEntry.Checked c -> checked.put(c.manifest(), c);
      case JournalEntry.Succeeded s -> succeeded.put(s.manifest(), s);
      case JournalEntry.Halted h -> halted = Optional.of(h);
      case JournalEntry.Permitted(Permit permit) -> {
        permits.add(permit.digest());
        switch (permit) {
          case Permit.AnswerAgain again ->
              allowed.merge(new Base(again.scope(), again.state()), 1, Integer::sum);
          case Permit.Resume resume -> resume(resume);
        }
      }
    }
  }

  /// A conflict in an entry that was written is one that a permit let pass; a permit is for one
  /// round.
  private void excuse(Digest manifest, Optional<Fault> conflict) {
    if (conflict.isPresent() && excused.add(manifest)) {
      allowed.merge(base(manifest), -1, Integer::sum);
    }
  }

  /// A custodian who resumes vouches for everything that others saw of this site so far.
  private void resume(Permit.Resume resume) {
    height = Math.max(height, resume.height());
    if (halted.isPresent() && halted.get().height() <= resume.height()) {
      for (Sighting claim : halted.get().claims().values()) {
        vouched.merge(claim.incarnation(), height, Math::max);
        forgiven.add(claim);
      }
      halted = Optional.empty();
    }
  }

  /// Entries so far, or more where a custodian said so. Strictly grows.
  public synchronized long height() {
    return height;
  }

  /// What this site says of journals at the start of this round. The entry of the round's beginning
  /// is counted already.
  public synchronized Standing standing(RoundManifest manifest, String self) {
    SortedMap<Integer, Claim> seen = new TreeMap<>();
    for (int member = 0; member < manifest.cohort().size(); member++) {
      String name = manifest.cohort().get(member);
      Peer peer = peers.get(name);
      if (peer != null && !name.equals(self)) {
        seen.put(member, peer.last);
      }
    }
    return new Standing(new Sighting(current.incarnation(), height + 1), seen);
  }

  /// Which of these claims about this site go beyond what it knows of itself: a round or a process
  /// that it does not remember, or a height that it had not reached.
  public synchronized SortedMap<String, Sighting> contradicted(Map<String, Claim> claims) {
    SortedMap<String, Sighting> beyond = new TreeMap<>();
    claims.forEach(
        (name, claim) -> {
          if (!isKnown(claim)) {
            beyond.put(name, claim.at());
          }
        });
    return beyond;
  }

  private boolean isKnown(Claim claim) {
    long incarnation = claim.at().incarnation();
    long reached =
        incarnation == current.incarnation() ? height : ended.getOrDefault(incarnation, -1L);
    return forgiven.contains(claim.at())
        || claim.at().height() <= vouched.getOrDefault(incarnation, -1L)
        || (claim.at().height() <= reached && begun.containsKey(claim.round()));
  }

  /// Whether another site can be where it says that it is, by what was seen of it before.
  public synchronized boolean isPlausible(String peer, Sighting now) {
    Peer before = peers.get(peer);
    return before == null || before.couldBe(now);
  }

  public synchronized Optional<JournalEntry.Halted> halted() {
    return halted;
  }

  /// For which purpose a state was last answered within a scope.
  public synchronized Optional<String> spentFor(Digest scope, Digest state) {
    return Optional.ofNullable(spent.get(new Base(scope, state))).map(Spending::purpose);
  }

  /// How many states were answered within a scope for this purpose.
  public synchronized int answered(Digest scope, String purpose) {
    Set<Digest> states = new HashSet<>();
    for (Digest manifest : answered.keySet()) {
      JournalEntry.Begun round = known(manifest);
      if (round.scope().equals(scope) && round.purpose().equals(purpose)) {
        states.add(round.state());
      }
    }
    return states.size();
  }

  /// The answer to a manifest, if it was given.
  public synchronized Optional<JournalEntry.Answered> answer(Digest manifest) {
    return Optional.ofNullable(answered.get(manifest));
  }

  /// What came of checking the sum of this round, if it was.
  public synchronized Optional<JournalEntry.Checked> check(Digest manifest) {
    return Optional.ofNullable(checked.get(manifest));
  }

  /// Whether this plan is tied to this model file.
  public synchronized boolean hasAdopted(Digest plan, Digest model) {
    return models.entrySet().contains(Map.entry(plan, model));
  }

  /// Whether this site itself computed this state from a sum within this scope.
  public synchronized boolean hasComputed(Digest scope, Digest state) {
    return succeeded.values().stream()
        .anyMatch(s -> s.successor().equals(state) && known(s.manifest()).scope().equals(scope));
  }

  /// The survivors of each round within a scope and purpose that this site consented to: the rows
  /// of the sums that it knows of, whether it answered or others may have opened them without it.
  public synchronized Collection<List<String>> sums(Digest scope, String purpose) {
    List<List<String>> rows = new ArrayList<>();
    consented.forEach(
        (manifest, consent) -> {
          JournalEntry.Begun round = known(manifest);
          if (round.scope().equals(scope) && round.purpose().equals(purpose)) {
            rows.add(consent.survivors());
          }
        });
    return rows;
  }

  /// How many states within a scope and purpose must have been summed over that this site knows no
  /// sum of: states are numbered, and a later one follows from the sums over all before.
  public synchronized long unknownSums(Digest scope, String purpose) {
    Set<Long> known = new HashSet<>();
    long last = 0;
    for (JournalEntry.Begun round : begun.values()) {
      if (round.scope().equals(scope)) {
        last = Math.max(last, round.number());
        if (round.purpose().equals(purpose) && consented.containsKey(round.manifest())) {
          known.add(round.number());
        }
      }
    }
    long before = Math.max(0, last - 1);
    return before - known.stream().filter(number -> number >= 1 && number <= before).count();
  }

  /// The states computed from the sum of this round and of its repetitions: same state, same
  /// survivors, same inputs.
  private Set<Digest> successors(Digest manifest) {
    Set<Digest> successors = new HashSet<>();
    succeeded.forEach(
        (other, entry) -> {
          if (base(other).equals(base(manifest))
              && survivors(other).equals(survivors(manifest))
              && fingerprint(other).equals(fingerprint(manifest))) {
            successors.add(entry.successor());
          }
        });
    return successors;
  }

  private List<String> survivors(Digest manifest) {
    return require(answered.get(manifest), "a sum of a round that was not answered").survivors();
  }

  private JournalEntry.Begun known(Digest manifest) {
    return require(begun.get(manifest), "a round goes on that never began");
  }

  private Base base(Digest manifest) {
    JournalEntry.Begun round = known(manifest);
    return new Base(round.scope(), round.state());
  }

  private Digest fingerprint(Digest manifest) {
    return require(uploaded.get(manifest), "a consent to a round without an upload").fingerprint();
  }

  /// Entries come in the order of a round's steps, or a journal was edited by hand.
  private static <T> T require(@Nullable T entry, String otherwise) {
    if (entry == null) {
      throw new IllegalStateException(otherwise);
    }
    return entry;
  }

  private static Optional<Fault> fault(Rule rule, String detail) {
    return Optional.of(new Fault(rule, Fault.COORDINATOR, detail));
  }
}
