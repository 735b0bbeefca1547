package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.message.ConsentList;
import dev.caisson.secagg.message.ConsentStatement;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Signed;
import dev.caisson.trust.MalformedException;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Step 4: consents to D3 from members of U3. Who is silent from here on still counts in the sum.
public final class CollectingConsents implements CoordinatorPhase {
  private final Roll roll;
  private final Dealings dealings;
  private final Survivors survivors;
  private final Inbox<Signed<ConsentStatement>> inbox;

  CollectingConsents(Roll roll, Dealings dealings, Survivors survivors) {
    this.roll = roll;
    this.dealings = dealings;
    this.survivors = survivors;
    this.inbox = new Inbox<>(roll, survivors.u3());
  }

  @Override
  public Receipt accept(String site, byte[] message) {
    return inbox.accept(site, message, this::read);
  }

  private Inbox.Read<Signed<ConsentStatement>> read(int member, byte[] message)
      throws MalformedException {
    Signed<ConsentStatement> consent =
        Signed.decodeWithin(roll.bound(), message, ConsentStatement::decodeWithin);
    Optional<Fault> objection = roll.objection(consent, survivors.d3(), member);
    return objection.isPresent() ? Inbox.Read.bad(objection.get()) : Inbox.Read.good(consent);
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

  /// Sends the [ConsentList] to every live member of U3 that consented.
  public Outcome<CollectingAnswers> close() {
    inbox.close();
    inbox.awaited().forEach(roll::drop);
    NavigableMap<Integer, Signed<ConsentStatement>> consents = inbox.received();
    Optional<Outcome<CollectingAnswers>> tooFew =
        roll.tooFew("the list of consents", consents.size());
    if (tooFew.isPresent()) {
      survivors.discard();
      return tooFew.get();
    }
    // among thousands, no more than each must see
    long shown = roll.graph().isPresent() ? roll.manifest.floor() : consents.size();
    ConsentList list = new ConsentList(consents.values().stream().limit(shown).toList());
    NavigableMap<String, Message> outgoing = new TreeMap<>();
    roll.live(consents.keySet()).forEach(member -> outgoing.put(roll.name(member), list));
    return new Outcome.Next<>(
        new CollectingAnswers(roll, dealings, survivors, consents.keySet()), outgoing);
  }
}
