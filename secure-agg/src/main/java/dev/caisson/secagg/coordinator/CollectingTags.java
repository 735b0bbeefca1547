package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.check.Challenge;
import dev.caisson.secagg.check.Tag;
import dev.caisson.secagg.check.UploadTag;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SignedSumOpening;
import dev.caisson.secagg.message.SumOpening;
import dev.caisson.secagg.message.TagList;
import dev.caisson.secagg.message.TagStatement;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;

/// Step 8: what members of U3 say of their own uploads. Whoever says nothing, or lies, has its
/// upload shown to the others instead. Uploads are read as often as needed, a chunk at a time.
public final class CollectingTags implements CoordinatorPhase {
  private final Roll roll;
  private final Survivors survivors;
  private final UploadStore uploads;
  private final Layout upload;
  private final Total total;
  private final SignedSumOpening opening;
  private final Inbox<Signed<TagStatement>> inbox;
  private Optional<Tag> expected = Optional.empty();

  CollectingTags(
      Roll roll,
      Survivors survivors,
      OpenedMasks masks,
      Aggregate aggregate,
      UploadStore uploads,
      Total total,
      IdentityKey coordinator) {
    this.roll = roll;
    this.survivors = survivors;
    this.uploads = uploads;
    this.upload = roll.manifest.layout();
    this.total = total;
    this.inbox = new Inbox<>(roll, survivors.u3());
    List<Digest> leaves = new ArrayList<>(chunks());
    MessageDigest content = Digest.sha256();
    for (int chunk = 0; chunk < chunks(); chunk++) {
      byte[] packed = totalChunk(chunk);
      leaves.add(Digest.of(packed));
      content.update(packed);
    }
    MessageDigest sum = Digest.sha256();
    aggregate.content(sum::update);
    this.opening =
        SignedSumOpening.sign(
            new SumOpening(
                roll.digest,
                survivors.d3(),
                UploadStatement.root(leaves),
                Digest.ofBytes(content.digest()),
                Digest.ofBytes(sum.digest()),
                survivors.signed(),
                masks.selfMasks(),
                masks.pairSeeds(survivors.lost())),
            coordinator);
  }

  /// What every member of U3 is sent.
  public SignedSumOpening opening() {
    return opening;
  }

  public int chunks() {
    return total.layout().chunks();
  }

  /// A packed chunk of Y; all of them, one behind the other, are the content that the opening
  /// names.
  public byte[] totalChunk(int chunk) {
    return total.chunks().get(chunk);
  }

  @Override
  public Receipt accept(String site, byte[] message) {
    return inbox.accept(site, message, this::read);
  }

  private Inbox.Read<Signed<TagStatement>> read(int member, byte[] message)
      throws MalformedException {
    Signed<TagStatement> tag = Signed.decode(message, TagStatement::decode);
    Optional<Fault> objection = roll.objection(tag, survivors.d3(), member);
    if (objection.isPresent()) {
      return Inbox.Read.bad(objection.get());
    }
    return tag.statement().opening().equals(opening.digest())
        ? Inbox.Read.good(tag)
        : Inbox.Read.bad(
            roll.record(Rule.SAME_TRANSCRIPT, roll.name(member), "a tag for another opening"));
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

  /// What is handed out at the end: whose uploads stand for their tags, by content digest, and who
  /// broke what over the whole round.
  public record Shown(NavigableMap<String, Digest> uploads, List<Fault> faults) {
    public Shown {
      uploads = new TreeMap<>(uploads);
      faults = List.copyOf(faults);
    }

    @Override
    public NavigableMap<String, Digest> uploads() {
      return new TreeMap<>(uploads);
    }
  }

  /// Sends the [TagList] to every live member that sent a tag. The uploads in [Shown] must be there
  /// to be fetched before.
  public Outcome.Next<Shown> close() {
    inbox.close();
    NavigableMap<Integer, Signed<TagStatement>> tags = new TreeMap<>(inbox.received());
    Set<Integer> said = Set.copyOf(tags.keySet());
    if (!addsUp(tags)) {
      tags.entrySet().removeIf(entry -> isLie(entry.getKey(), entry.getValue().statement()));
    }
    List<TagList.Shown> shown = new ArrayList<>();
    NavigableMap<String, Digest> contents = new TreeMap<>();
    for (int member : survivors.u3()) {
      if (!tags.containsKey(member)) {
        Digest content = content(member);
        shown.add(new TagList.Shown(member, content));
        contents.put(roll.name(member), content);
      }
    }
    TagList list = new TagList(List.copyOf(tags.values()), shown);
    NavigableMap<String, Message> outgoing = new TreeMap<>();
    roll.live(said).forEach(member -> outgoing.put(roll.name(member), list));
    return new Outcome.Next<>(new Shown(contents, roll.faults()), outgoing);
  }

  /// Computes what the tags must add up to, for which [#close] else takes its time: for whoever
  /// would only wait until the tags are there.
  public void expect() {
    if (expected.isEmpty()) {
      expected = Optional.of(ofTotal());
    }
  }

  private boolean addsUp(NavigableMap<Integer, Signed<TagStatement>> tags) {
    Tag sum = new Tag(0, 0);
    for (int member : survivors.u3()) {
      Signed<TagStatement> said = tags.get(member);
      sum = sum.plus(said == null ? computed(member) : Tag.of(said.statement()));
    }
    expect();
    return expected.equals(Optional.of(sum));
  }

  private Tag ofTotal() {
    try (Challenge challenge = new Challenge(survivors.d3(), opening.opening().total())) {
      Layout layout = total.layout();
      Lanes full = Lanes.of(layout, layout.lanesIn(0));
      for (int chunk = 0; chunk < layout.chunks(); chunk++) {
        int count = layout.lanesIn(chunk);
        Lanes lanes = count == full.count() ? full : Lanes.of(layout, count);
        lanes.unpack(totalChunk(chunk));
        challenge.add(layout.firstLane(chunk), lanes);
      }
      return challenge.tag();
    } catch (MalformedException e) {
      throw new IllegalStateException("a total of our own", e);
    }
  }

  private boolean isLie(int member, TagStatement said) {
    if (computed(member).equals(Tag.of(said))) {
      return false;
    }
    roll.record(
        Rule.TAG, roll.name(member), "signed a tag that is not of the upload whose root it signed");
    return true;
  }

  private Tag computed(int member) {
    return UploadTag.of(upload, opening.opening(), chunksOf(member), uploadOf(member).root())
        .orElseThrow(() -> new IllegalStateException("the upload store changed a chunk"));
  }

  private UploadStatement uploadOf(int member) {
    return survivors.signed().get(survivors.u3().indexOf(member)).statement();
  }

  private IntFunction<byte[]> chunksOf(int member) {
    return chunk -> uploads.get(member, chunk);
  }

  /// The packed chunks of a member's upload, one behind the other the content that [Shown] names.
  public IntFunction<byte[]> upload(String site) {
    return chunksOf(roll.member(site));
  }

  private Digest content(int member) {
    MessageDigest content = Digest.sha256();
    for (int chunk = 0; chunk < upload.chunks(); chunk++) {
      content.update(uploads.get(member, chunk));
    }
    return Digest.ofBytes(content.digest());
  }
}
