package dev.caisson.secagg.check;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SignedSumOpening;
import dev.caisson.secagg.message.SumOpening;
import dev.caisson.secagg.message.TagStatement;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.Roster;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Checks one round's sum from what a site keeps of the round and what the coordinator hands out.
///
/// Guarantee, when it finds [Finding.Verified]: the sum of that digest is exactly that of the
/// uploads whose roots D3 covers, less their masks, but for a probability of 2^-121 for each hash
/// that an adversary tries, **if** the members whose tags were taken on their word are honest. Not
/// guaranteed: anything about the inputs of dishonest members, nor that a coordinator in league
/// with one of those taken on its word did not bend the sum. The argument is in
/// docs/protocol/secure-aggregation.md.
///
/// Proceedings must be the caller's own: their D3 is the one that it consented to. Memory is
/// O(chunk).
public final class SumVerifier {
  private final Proceedings proceedings;
  private final Identity coordinator;
  private final OpeningCheck openings;

  /// The roster must hold the whole cohort.
  public SumVerifier(Proceedings proceedings, Roster roster, Identity coordinator) {
    this.proceedings = proceedings;
    this.coordinator = coordinator;
    this.openings = new OpeningCheck(proceedings, roster);
  }

  /// A first thing in an opening that does not fit the round, if any; of the total it says nothing.
  public Optional<Finding> objection(SignedSumOpening opening) {
    return openings.objection(opening, coordinator);
  }

  /// A member whose dealing no longer bears its signature by this roster. All did when the round
  /// was played, so that it has another key since, and none of its signatures says anything here.
  public Optional<String> renewed() {
    return openings.renewed();
  }

  /// Checks the sum.
  ///
  /// @param total the packed chunks of Y as they were handed out
  /// @param tags signed tags in any order; one that is not of this opening counts as none
  /// @param uploads by member, the packed chunks of uploads that were handed out; whose tag is here
  ///   too is compared
  public Finding verify(
      SignedSumOpening opening,
      IntFunction<byte[]> total,
      Collection<Signed<TagStatement>> tags,
      Map<Integer, IntFunction<byte[]>> uploads) {
    return verify(opening, total, tags, uploads, SumReader.NONE);
  }

  /// The same, with somebody who is told the sum meanwhile.
  Finding verify(
      SignedSumOpening opening,
      IntFunction<byte[]> total,
      Collection<Signed<TagStatement>> tags,
      Map<Integer, IntFunction<byte[]>> uploads,
      SumReader reader) {
    Optional<Finding> objection = objection(opening);
    if (objection.isPresent()) {
      return objection.get();
    }
    int survivors = proceedings.u3().members().size();
    Optional<Layout> layout = Totals.layout(proceedings.manifest().layout(), survivors);
    if (layout.isEmpty()) {
      return new Finding.Unverified("the ring is too wide: totals would not fit into 60 bits");
    }
    SumOpening what = opening.opening();
    TotalCheck.Result read;
    try (TotalCheck check = new TotalCheck(proceedings, what, layout.get())) {
      read = check.read(total, reader);
    }
    return switch (read) {
      case TotalCheck.Result.Bad(Finding finding) -> finding;
      case TotalCheck.Result.Good(Tag expected) -> compare(opening, expected, tags, uploads);
    };
  }

  private Finding compare(
      SignedSumOpening opening,
      Tag expected,
      Collection<Signed<TagStatement>> tags,
      Map<Integer, IntFunction<byte[]>> uploads) {
    NavigableMap<Integer, Tag> signed = signed(opening, tags);
    List<String> taken = new ArrayList<>();
    List<String> computed = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    Tag sum = Tag.ZERO;
    List<Integer> u3 = proceedings.u3().members();
    for (int i = 0; i < u3.size(); i++) {
      int member = u3.get(i);
      String name = proceedings.manifest().cohort().get(member);
      Optional<Tag> said = Optional.ofNullable(signed.get(member));
      Optional<Tag> own = computed(opening.opening(), i, uploads.get(member));
      if (said.isPresent() && own.isPresent() && !said.equals(own)) {
        return new Finding.Wrong(
            List.of(name), "signed a tag that is not of the upload whose root it signed");
      }
      Optional<Tag> tag = own.or(() -> said);
      if (tag.isEmpty()) {
        missing.add(name);
        continue;
      }
      (own.isPresent() ? computed : taken).add(name);
      sum = sum.plus(tag.get());
    }
    if (!missing.isEmpty()) {
      return new Finding.Unverified(
          "no tag for this opening from %s, nor an upload under its root"
              .formatted(String.join(", ", missing)));
    }
    if (sum.equals(expected)) {
      return new Finding.Verified(opening.opening().sum(), taken, computed);
    }
    List<String> suspects = new ArrayList<>(List.of(Fault.COORDINATOR));
    suspects.addAll(taken);
    return new Finding.Wrong(suspects, "the total is not the sum of the uploads");
  }

  private NavigableMap<Integer, Tag> signed(
      SignedSumOpening opening, Collection<Signed<TagStatement>> tags) {
    Digest digest = opening.digest();
    Digest d3 = opening.opening().d3();
    NavigableMap<Integer, Tag> signed = new TreeMap<>();
    for (Signed<TagStatement> tag : tags) {
      int member = tag.statement().origin().sender();
      if (proceedings.u3().members().contains(member)
          && tag.statement().opening().equals(digest)
          && openings.objection(tag, d3, member).isEmpty()) {
        signed.put(member, Tag.of(tag.statement()));
      }
    }
    return signed;
  }

  /// The tag of an upload that hashes to the root that its site signed; nothing of another.
  private Optional<Tag> computed(
      SumOpening opening, int place, @Nullable IntFunction<byte[]> upload) {
    if (upload == null) {
      return Optional.empty();
    }
    UploadStatement statement = opening.uploads().get(place).statement();
    return UploadTag.of(proceedings.manifest().layout(), opening, upload, statement.root());
  }
}
