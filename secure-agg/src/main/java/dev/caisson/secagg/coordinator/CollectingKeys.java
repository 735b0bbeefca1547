package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.agreement.InvalidPeerKeyException;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Step 1: everybody's keys. A site that leaves now leaves no trace.
public final class CollectingKeys implements CoordinatorPhase {
  private final Roll roll;
  private final UploadStore uploads;
  private final Inbox<Signed<KeysStatement>> inbox;

  CollectingKeys(Roll roll, UploadStore uploads) {
    this.roll = roll;
    this.uploads = uploads;
    List<Integer> cohort = new ArrayList<>();
    for (int member = 0; member < roll.manifest.cohort().size(); member++) {
      cohort.add(member);
    }
    this.inbox = new Inbox<>(roll, cohort);
  }

  @Override
  public Receipt accept(String site, byte[] message) {
    return inbox.accept(site, message, this::read);
  }

  private Inbox.Read<Signed<KeysStatement>> read(int member, byte[] message)
      throws MalformedException {
    Signed<KeysStatement> keys =
        Signed.decodeWithin(roll.bound(), message, KeysStatement::decodeWithin);
    Optional<Fault> objection = roll.objection(keys, roll.digest, member);
    if (objection.isPresent()) {
      return Inbox.Read.bad(objection.get());
    }
    try {
      keys.statement().mask().validate();
      keys.statement().transport().validate();
    } catch (InvalidPeerKeyException e) {
      return Inbox.Read.bad(
          roll.record(Rule.VALID_KEY, roll.name(member), String.valueOf(e.getMessage())));
    }
    return Inbox.Read.good(keys);
  }

  @Override
  public void drop(String site) {
    roll.drop(roll.member(site));
    inbox.forget(roll.member(site));
  }

  @Override
  public boolean isComplete() {
    return inbox.awaited().isEmpty();
  }

  @Override
  public Set<String> awaited() {
    return new TreeSet<>(roll.names(inbox.awaited()));
  }

  /// Fixes U1 and D1. Every member of U1 is sent the same [KeyList].
  public Outcome<CollectingShares> close() {
    inbox.close();
    inbox.awaited().forEach(roll::drop);
    NavigableMap<Integer, Signed<KeysStatement>> u1 = inbox.received();
    Optional<Outcome<CollectingShares>> tooFew = roll.tooFew("U1", u1.size());
    if (tooFew.isPresent()) {
      return tooFew.get();
    }
    KeyList list = new KeyList(List.copyOf(u1.values()));
    Digest d1 = Transcript.d1(roll.digest, list);
    NavigableMap<String, Message> outgoing = new TreeMap<>();
    u1.keySet().forEach(member -> outgoing.put(roll.name(member), list));
    NavigableMap<Integer, KeysStatement> keys = new TreeMap<>();
    u1.forEach((member, signed) -> keys.put(member, signed.statement()));
    return new Outcome.Next<>(
        new CollectingShares(roll, uploads, new Dealings(d1, keys)), outgoing);
  }
}
