package dev.caisson.secagg.check;

import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SignedSumOpening;
import dev.caisson.secagg.message.SumOpening;
import dev.caisson.secagg.message.TagList;
import dev.caisson.secagg.message.TagStatement;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.Roster;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;

/// A site's part in checking the sum of a round that it answered: takes one opening, gives its tag,
/// then checks. Holds no secret of the round. One thread at a time.
public final class SiteCheck {
  private final Proceedings proceedings;
  private final int self;
  private final IdentityKey key;
  private final SumVerifier verifier;
  private Optional<SignedSumOpening> opening = Optional.empty();
  private Optional<Signed<TagStatement>> own = Optional.empty();

  public SiteCheck(
      Proceedings proceedings, String self, IdentityKey key, Roster roster, Identity coordinator) {
    this.proceedings = proceedings;
    this.self = proceedings.manifest().cohort().indexOf(self);
    this.key = key;
    this.verifier = new SumVerifier(proceedings, roster, coordinator);
  }

  /// What came of an opening.
  public sealed interface Tagging {
    /// The tag to send; Y is to be fetched by this digest.
    record Tagged(Signed<TagStatement> tag, SignedSumOpening opening) implements Tagging {}

    /// The check is over for this site.
    record Over(Finding finding) implements Tagging {}
  }

  /// Takes the opening (a [SignedSumOpening]), once.
  ///
  /// @param upload this site's own upload as it sent it, chunk by chunk
  public Tagging tag(byte[] message, IntFunction<byte[]> upload) {
    if (opening.isPresent()) {
      throw new IllegalStateException("a site takes one opening a round");
    }
    SignedSumOpening signed;
    try {
      signed = SignedSumOpening.decode(message);
    } catch (MalformedException e) {
      return new Tagging.Over(
          new Finding.Unverified("the opening does not decode: " + e.getMessage()));
    }
    opening = Optional.of(signed);
    Optional<Finding> objection = verifier.objection(signed);
    if (objection.isPresent()) {
      return new Tagging.Over(objection.get());
    }
    SumOpening what = signed.opening();
    int place = proceedings.u3().members().indexOf(self);
    Optional<Tag> tag =
        UploadTag.of(
            proceedings.manifest().layout(),
            what,
            upload,
            what.uploads().get(place).statement().root());
    if (tag.isEmpty()) {
      return new Tagging.Over(
          new Finding.Unverified("this site's copy of its own upload is not the one that it sent"));
    }
    Digest manifest = proceedings.manifest().digest();
    Signed<TagStatement> statement =
        Signed.sign(
            new TagStatement(
                new Origin(manifest, what.d3(), self),
                signed.digest(),
                tag.get().first(),
                tag.get().second()),
            proceedings.manifest().signatures(),
            key);
    own = Optional.of(statement);
    return new Tagging.Tagged(statement, signed);
  }

  /// Checks the sum with the tags that were handed out, this site's own in any case.
  public Finding check(
      IntFunction<byte[]> total, TagList list, Map<Integer, IntFunction<byte[]>> uploads) {
    return check(total, list, uploads, SumReader.NONE);
  }

  /// The same, with somebody who is told the sum meanwhile.
  public Finding check(
      IntFunction<byte[]> total,
      TagList list,
      Map<Integer, IntFunction<byte[]>> uploads,
      SumReader reader) {
    if (own.isEmpty()) {
      throw new IllegalStateException("a site tags before it checks");
    }
    return verifier.verify(opening.orElseThrow(), total, withOwn(list.tags()), uploads, reader);
  }

  /// The tags that count here: of each member the last, and whatever was handed out as this site's
  /// own does not.
  public List<Signed<TagStatement>> withOwn(List<Signed<TagStatement>> tags) {
    NavigableMap<Integer, Signed<TagStatement>> all = new TreeMap<>();
    tags.forEach(tag -> all.put(tag.statement().origin().sender(), tag));
    all.remove(self);
    own.ifPresent(tag -> all.put(self, tag));
    return List.copyOf(all.values());
  }
}
