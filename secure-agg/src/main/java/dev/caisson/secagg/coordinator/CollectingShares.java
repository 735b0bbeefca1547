package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.graph.Topology;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.NeighbourList;
import dev.caisson.secagg.message.ShareLeaf;
import dev.caisson.secagg.message.ShareList;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.MerkleTree;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Step 2: everybody's dealings. A site that leaves before this phase closes is left out of U2, and
/// nothing is ever revealed about it.
public final class CollectingShares implements CoordinatorPhase {
  private final Roll roll;
  private final UploadStore uploads;
  private final Dealings dealings;
  private final Inbox<Deal> inbox;

  CollectingShares(Roll roll, UploadStore uploads, Dealings dealings) {
    this.roll = roll;
    this.uploads = uploads;
    this.dealings = dealings;
    this.inbox = new Inbox<>(roll, dealings.members());
  }

  @Override
  public Receipt accept(String site, byte[] message) {
    return inbox.accept(site, message, this::read);
  }

  private Inbox.Read<Deal> read(int dealer, byte[] message) throws MalformedException {
    Deal deal = Deal.decodeWithin(roll.bound(), message);
    Optional<Fault> objection = roll.objection(deal.statement(), dealings.d1, dealer);
    if (objection.isPresent()) {
      return Inbox.Read.bad(objection.get());
    }
    boolean shaped =
        roll.graph().isPresent()
            ? isDrawn(deal, dealer, roll.graph().get())
            : isForAll(deal, dealer);
    if (!shaped || !deal.root().equals(deal.statement().statement().root())) {
      return Inbox.Read.bad(
          roll.record(
              Rule.SHARE_PATH,
              roll.name(dealer),
              roll.graph().isPresent()
                  ? "the leaves are not one for each of as many members of U1 as the graph's degree, under the signed root"
                  : "the leaves are not one per member of U1 under the signed root"));
    }
    return Inbox.Read.good(deal);
  }

  private boolean isForAll(Deal deal, int dealer) {
    List<Integer> holders = dealings.members();
    boolean shaped = deal.leaves().size() == holders.size();
    for (int i = 0; shaped && i < holders.size(); i++) {
      shaped = deal.leaves().get(i).isShapedFor(dealer, holders.get(i));
    }
    return shaped;
  }

  private boolean isDrawn(Deal deal, int dealer, Topology.Regular graph) {
    int last = -1;
    boolean shaped = deal.leaves().size() == graph.parameters().degree();
    for (ShareLeaf leaf : deal.leaves()) {
      int holder = leaf.holder();
      shaped =
          shaped
              && holder > last
              && holder != dealer
              && dealings.isMember(holder)
              && leaf.isShapedForNeighbour(holder);
      last = holder;
    }
    return shaped;
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

  /// Fixes U2 and D2. Each member of U2 is sent the [ShareList] with what was dealt to it; over a
  /// sparse graph, the [NeighbourList] with what was dealt to it by those that drew it. Who drew
  /// too many that did not deal is left out, since its secrets could not be rebuilt.
  public Outcome<CollectingUploads> close() {
    inbox.close();
    inbox.awaited().forEach(roll::drop);
    NavigableMap<Integer, Deal> u2 = inbox.received();
    if (roll.graph().isPresent()) {
      leaveOutLonely(u2, roll.graph().get());
    }
    Optional<Outcome<CollectingUploads>> tooFew = roll.tooFew("U2", u2.size());
    if (tooFew.isPresent()) {
      return tooFew.get();
    }
    if (roll.graph().isPresent()) {
      dealings.putSparse(u2);
    } else {
      dealings.put(u2);
    }
    Digest d2 = Transcript.d2(dealings.d1, u2.values().stream().map(Deal::statement).toList());
    NavigableMap<Integer, MerkleTree> trees = new TreeMap<>();
    u2.forEach((dealer, deal) -> trees.put(dealer, Deal.tree(deal.leaves())));
    List<NeighbourList.Entry> entries = new ArrayList<>(); // the same for everybody
    u2.forEach(
        (dealer, deal) -> entries.add(new NeighbourList.Entry(dealer, deal.statement().digest())));
    List<NeighbourList.Entry> all = List.copyOf(entries);
    NavigableMap<String, Message> outgoing = new TreeMap<>();
    for (int holder : u2.keySet()) {
      outgoing.put(
          roll.name(holder),
          dealings.edges().isPresent()
              ? neighbourList(all, trees, dealings.edges().get(), holder)
              : shareList(trees, holder));
    }
    return new Outcome.Next<>(
        new CollectingUploads(roll, uploads, dealings, d2, List.copyOf(u2.keySet())), outgoing);
  }

  private void leaveOutLonely(NavigableMap<Integer, Deal> u2, Topology.Regular graph) {
    NavigableMap<Integer, List<Integer>> drawn = new TreeMap<>();
    u2.forEach((dealer, deal) -> drawn.put(dealer, Edges.holders(deal)));
    NavigableSet<Integer> kept =
        Edges.withEnough(u2.navigableKeySet(), drawn, graph.parameters().threshold());
    u2.keySet().stream().filter(member -> !kept.contains(member)).forEach(roll::drop);
    u2.keySet().retainAll(kept);
  }

  private NeighbourList neighbourList(
      List<NeighbourList.Entry> entries,
      NavigableMap<Integer, MerkleTree> trees,
      Edges edges,
      int holder) {
    List<NeighbourList.Parcel> parcels = new ArrayList<>();
    trees.forEach(
        (dealer, tree) -> {
          Deal deal = dealings.deal(dealer);
          int place = edges.place(dealer, holder);
          if (place >= 0) {
            parcels.add(
                new NeighbourList.Parcel(
                    dealings.keys(dealer),
                    deal.statement(),
                    deal.leaves().get(place),
                    place,
                    tree.path(place)));
          }
        });
    return new NeighbourList(entries, parcels);
  }

  private ShareList shareList(NavigableMap<Integer, MerkleTree> trees, int holder) {
    List<ShareList.Entry> entries = new ArrayList<>();
    trees.forEach((dealer, tree) -> entries.add(entry(dealer, tree, holder)));
    return new ShareList(entries);
  }

  private ShareList.Entry entry(int dealer, MerkleTree tree, int holder) {
    return new ShareList.Entry(
        dealings.deal(dealer).statement(),
        dealer == holder
            ? Optional.empty()
            : Optional.of(
                new ShareList.Parcel(
                    dealings.leaf(dealer, holder), tree.path(dealings.rank(holder)))));
  }
}
