package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.message.ComplaintStatement;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.NeighbourSurvivors;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Step 3: masked uploads, a signed header and its chunks in any order, or a complaint. An upload
/// counts when it is complete and under its signed root; chunks go to the [UploadStore] as they
/// arrive, and a digest a chunk stays here. A site that was dropped after its upload was complete
/// still counts.
public final class CollectingUploads implements CoordinatorPhase {
  private final Roll roll;
  private final UploadStore uploads;
  private final Dealings dealings;
  private final Digest d2;
  private final List<Integer> u2;
  private final Layout layout;
  private final Inbox<Signed<UploadStatement>> headers;
  private final Map<Integer, Chunks> chunks = new TreeMap<>();
  private final TreeSet<Integer> complete = new TreeSet<>();
  private final Map<Integer, NavigableSet<Integer>> accusers = new TreeMap<>();

  CollectingUploads(
      Roll roll, UploadStore uploads, Dealings dealings, Digest d2, List<Integer> u2) {
    this.roll = roll;
    this.uploads = uploads;
    this.dealings = dealings;
    this.d2 = d2;
    this.u2 = u2;
    this.layout = roll.manifest.layout();
    this.headers = new Inbox<>(roll, u2);
    u2.forEach(member -> chunks.put(member, new Chunks(layout.chunks())));
  }

  /// Takes a header or a complaint. A site that complains has left.
  @Override
  public Receipt accept(String site, byte[] message) {
    Receipt receipt = headers.accept(site, message, this::read);
    return receipt instanceof Receipt.Accepted ? completed(site) : receipt;
  }

  private Inbox.Read<Signed<UploadStatement>> read(int member, byte[] message)
      throws MalformedException {
    if (Signed.isComplaint(roll.bound(), message)) {
      return Inbox.Read.bad(complaint(member, message));
    }
    Signed<UploadStatement> header =
        Signed.decodeWithin(roll.bound(), message, UploadStatement::decodeWithin);
    Optional<Fault> objection = roll.objection(header, d2, member);
    if (objection.isPresent()) {
      return Inbox.Read.bad(objection.get());
    }
    int confirmations = header.statement().confirmations().size();
    int peers = dealings.peers(u2, member);
    if (confirmations != peers) {
      return Inbox.Read.bad(
          roll.record(
              Rule.CONFIRMATION,
              roll.name(member),
              "%d confirmations instead of %d".formatted(confirmations, peers)));
    }
    return Inbox.Read.good(header);
  }

  private Fault complaint(int member, byte[] message) throws MalformedException {
    Signed<ComplaintStatement> complaint =
        Signed.decodeWithin(roll.bound(), message, ComplaintStatement::decodeWithin);
    Optional<Fault> objection = roll.objection(complaint, dealings.d1, member);
    if (objection.isPresent()) {
      return objection.get();
    }
    if (headers.received().containsKey(member)) { // it had taken everybody's dealings
      return roll.record(
          Rule.ONE_MESSAGE, roll.name(member), "complained when its upload was signed");
    }
    drop(roll.name(member));
    int accused = complaint.statement().accused();
    accusers.computeIfAbsent(accused, _ -> new TreeSet<>()).add(member);
    return roll.record(
        Rule.COMPLAINT,
        roll.name(member),
        "left, accusing %s of %s"
            .formatted(
                u2.contains(accused) ? roll.name(accused) : "nobody of U2",
                complaint.statement().reason()));
  }

  /// Takes chunk `index` of a site's upload: its exact packed length; the same bytes if sent again.
  /// The array is the upload store's from here on.
  public Receipt acceptChunk(String site, int index, byte[] packed) {
    headers.requireOpen();
    Optional<Fault> objection = roll.objection(site, headers.expected());
    if (objection.isPresent()) {
      return new Receipt.Rejected(objection.get());
    }
    if (index < 0 || index >= layout.chunks() || packed.length != layout.packedBytes(index)) {
      return rejected(
          site,
          Rule.CHUNK,
          index < 0 || index >= layout.chunks()
              ? "chunk %d of %d".formatted(index, layout.chunks())
              : "chunk %d has %d bytes instead of %d"
                  .formatted(index, packed.length, layout.packedBytes(index)));
    }
    int member = roll.member(site);
    Chunks seen = chunks(member);
    Digest digest = Digest.of(packed);
    if (seen.has(index)) {
      return isTheSame(member, index, packed, digest)
          ? new Receipt.Accepted()
          : rejected(site, Rule.CHUNK, "chunk %d sent twice, differing".formatted(index));
    }
    if (index == layout.chunks() - 1) {
      try {
        Lanes.of(layout, layout.lanesIn(index)).unpack(packed);
      } catch (MalformedException e) {
        return rejected(site, Rule.CHUNK, String.valueOf(e.getMessage()));
      }
    }
    uploads.put(member, index, packed);
    seen.put(index, digest);
    return completed(site);
  }

  private boolean isTheSame(int member, int index, byte[] packed, Digest digest) {
    return chunks(member)
        .digest(index)
        .map(digest::equals)
        .orElseGet(() -> Arrays.equals(packed, uploads.get(member, index)));
  }

  /// Lets the upload count once its header and all chunks are there and agree.
  private Receipt completed(String site) {
    int member = roll.member(site);
    Chunks seen = chunks(member);
    Signed<UploadStatement> header = headers.received().get(member);
    if (header == null || complete.contains(member) || !seen.areAllThere()) {
      return new Receipt.Accepted();
    }
    if (!UploadStatement.root(seen.all()).equals(header.statement().root())) {
      drop(site);
      return rejected(site, Rule.CHUNK, "the chunks do not hash to the signed root");
    }
    complete.add(member);
    seen.settle();
    return new Receipt.Accepted();
  }

  private Receipt rejected(String site, Rule rule, String detail) {
    return new Receipt.Rejected(roll.record(rule, site, detail));
  }

  private Chunks chunks(int member) {
    return Objects.requireNonNull(chunks.get(member), "one per member of U2");
  }

  @Override
  public void drop(String site) {
    int member = roll.member(site);
    roll.drop(member);
    if (!complete.contains(member)) {
      headers.forget(member);
      uploads.discard(member);
    }
  }

  @Override
  public boolean isComplete() {
    return live().isEmpty();
  }

  @Override
  public Set<String> awaited() {
    return new TreeSet<>(roll.names(live()));
  }

  private NavigableSet<Integer> live() {
    NavigableSet<Integer> live = roll.live(u2);
    live.removeAll(complete);
    return live;
  }

  /// Fixes U3 and D3: complete uploads, less those whose pair seeds are not confirmed at both ends.
  /// Each live member of U3 is sent the [SurvivorList]; over a sparse graph with the upload
  /// statements of those that drew it (a [NeighbourSurvivors]).
  public Outcome<CollectingConsents> close() {
    headers.close();
    for (int member : live()) {
      drop(roll.name(member));
    }
    nameAccused();
    NavigableMap<Integer, UploadStatement> counted = new TreeMap<>();
    for (int member : complete) {
      counted.put(member, header(member).statement());
    }
    for (int member : Confirmations.unconfirmed(roll, dealings, u2, counted)) {
      uploads.discard(member);
      counted.remove(member);
      roll.drop(member);
    }
    for (int member : lonely(counted.navigableKeySet())) {
      uploads.discard(member);
      counted.remove(member);
      roll.drop(member);
    }
    Optional<Outcome<CollectingConsents>> tooFew = roll.tooFew("U3", counted.size());
    if (tooFew.isPresent()) {
      counted.keySet().forEach(uploads::discard);
      return tooFew.get();
    }
    SurvivorList u3 =
        new SurvivorList(
            counted.keySet().stream()
                .map(member -> new SurvivorList.Entry(member, header(member).digest()))
                .toList());
    NavigableMap<String, Message> outgoing = new TreeMap<>();
    List<Signed<UploadStatement>> signed = counted.keySet().stream().map(this::header).toList();
    for (int member : roll.live(counted.keySet())) {
      outgoing.put(roll.name(member), dealings.edges().isEmpty() ? u3 : u3(u3, signed, member));
    }
    Survivors survivors =
        new Survivors(d2, Transcript.d3(d2, u3), u2, counted, signed, uploads, dealings);
    return new Outcome.Next<>(new CollectingConsents(roll, dealings, survivors), outgoing);
  }

  private NeighbourSurvivors u3(SurvivorList u3, List<Signed<UploadStatement>> signed, int holder) {
    return new NeighbourSurvivors(
        u3,
        signed.stream()
            .filter(upload -> dealings.dealtTo(upload.statement().origin().sender(), holder))
            .toList());
  }

  /// Over a sparse graph, those that drew too many who are silent: their self-masks could not be
  /// rebuilt, and the sum with them could not be opened.
  private NavigableSet<Integer> lonely(NavigableSet<Integer> members) {
    NavigableSet<Integer> lonely = new TreeSet<>(members);
    lonely.removeAll(
        dealings
            .edges()
            .map(edges -> Edges.withEnough(members, edges.drawn(), roll.manifest.shareThreshold()))
            .orElse(members));
    return lonely;
  }

  /// One who complains may lie, or have been lied to by the coordinator's path; when most of the
  /// others accuse the same dealer, it is the dealer, or most of them are in league.
  private void nameAccused() {
    accusers.forEach(
        (accused, by) -> {
          if (!u2.contains(accused)) {
            return;
          }
          // over a sparse graph only those that it dealt to can tell
          long accusing = by.stream().filter(m -> dealings.dealtTo(accused, m)).count();
          int others =
              dealings.edges().map(edges -> edges.drawn(accused).size()).orElse(u2.size() - 1);
          if (2 * accusing > others) {
            roll.record(
                Rule.ACCUSED_BY_MOST,
                roll.name(accused),
                "accused by %d of the %d others".formatted(accusing, others));
          }
        });
  }

  private Signed<UploadStatement> header(int member) {
    return Objects.requireNonNull(headers.received().get(member), "complete uploads have one");
  }
}
