package dev.caisson.secagg.check;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.SharesStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SignedSumOpening;
import dev.caisson.secagg.message.Statement;
import dev.caisson.secagg.message.SumOpening;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.Roster;
import java.util.List;
import java.util.Optional;

/// Whether an opening fits what its round fixed before: uploads that their sites signed and U3
/// names, seeds that open what was committed to. Of Y it says nothing.
final class OpeningCheck {
  private final Proceedings proceedings;
  private final Roster roster;
  private final Digest manifest;
  private final Digest d2;
  private final Digest d3;
  private final List<Integer> u2;

  OpeningCheck(Proceedings proceedings, Roster roster) {
    this.proceedings = proceedings;
    this.roster = roster;
    this.manifest = proceedings.manifest().digest();
    this.d2 = proceedings.d2();
    this.d3 = proceedings.d3();
    this.u2 = proceedings.members();
  }

  /// The first thing that does not fit, if any.
  Optional<Finding> objection(SignedSumOpening signed, Identity coordinator) {
    SumOpening opening = signed.opening();
    if (!signed.isSignedBy(coordinator)) {
      return Optional.of(
          new Finding.Unverified("the opening is not signed by the coordinator of this site"));
    }
    if (!opening.manifest().equals(manifest) || !opening.d3().equals(d3)) {
      return Optional.of(
          new Finding.Unverified("the opening is of another round or other survivors"));
    }
    return uploads(opening.uploads())
        .or(() -> selfMasks(opening.selfMasks()))
        .or(() -> pairs(opening))
        .map(what -> new Finding.Wrong(List.of(Fault.COORDINATOR), what));
  }

  /// The first member of U2 whose dealing is not signed by the key that the roster has for it.
  Optional<String> renewed() {
    for (int i = 0; i < u2.size(); i++) {
      if (objection(proceedings.u2().get(i), proceedings.d1(), u2.get(i)).isPresent()) {
        return Optional.of(name(u2.get(i)));
      }
    }
    return Optional.empty();
  }

  private Optional<String> uploads(List<Signed<UploadStatement>> uploads) {
    List<SurvivorList.Entry> u3 = proceedings.u3().entries();
    if (uploads.size() != u3.size()) {
      return Optional.of("opened %d uploads, U3 has %d".formatted(uploads.size(), u3.size()));
    }
    for (int i = 0; i < u3.size(); i++) {
      Signed<UploadStatement> upload = uploads.get(i);
      String name = name(u3.get(i).member());
      if (!upload.digest().equals(u3.get(i).upload())) {
        return Optional.of("opened another upload of %s than U3 names".formatted(name));
      }
      Optional<Fault> objection = objection(upload, d2, u3.get(i).member());
      if (objection.isPresent() || upload.statement().confirmations().size() != u2.size() - 1) {
        return Optional.of(
            "summed an upload that %s did not sign: %s"
                .formatted(
                    name,
                    objection
                        .map(Fault::detail)
                        .orElse("it confirms other pairs than those of U2")));
      }
    }
    return Optional.empty();
  }

  /// Whether a statement is this member's, of this round and transcript.
  <S extends Statement> Optional<Fault> objection(
      Signed<S> message, Digest transcript, int member) {
    return message.objection(
        new Origin(manifest, transcript, member),
        proceedings.manifest().signatures(),
        name(member),
        roster.find(name(member)).orElseThrow());
  }

  private Optional<String> selfMasks(List<Secret> seeds) {
    List<Integer> u3 = proceedings.u3().members();
    for (int i = 0; i < u3.size(); i++) {
      int member = u3.get(i);
      Digest committed = proceedings.u2().get(u2.indexOf(member)).statement().selfMask();
      if (!SharesStatement.commitment(seeds.get(i), proceedings.d1(), member).equals(committed)) {
        return Optional.of(
            "opened another self-mask seed of %s than it committed to".formatted(name(member)));
      }
    }
    return Optional.empty();
  }

  private Optional<String> pairs(SumOpening opening) {
    List<Integer> u3 = proceedings.u3().members();
    List<Integer> lost = proceedings.lost();
    if (opening.pairSeeds().size() != lost.size()) {
      return Optional.of(
          "opened pair seeds of %d members, %d of U2 are not in U3"
              .formatted(opening.pairSeeds().size(), lost.size()));
    }
    for (int i = 0; i < u3.size(); i++) {
      UploadStatement upload = opening.uploads().get(i).statement();
      for (int j = 0; j < lost.size(); j++) {
        if (!UploadStatement.confirmation(opening.pairSeeds().get(j).get(i))
            .equals(confirmed(upload, u3.get(i), lost.get(j)))) {
          return Optional.of(
              "opened another pair seed of %s and %s than was confirmed"
                  .formatted(name(u3.get(i)), name(lost.get(j))));
        }
      }
      for (int j = 0; j < i; j++) {
        if (!confirmed(upload, u3.get(i), u3.get(j))
            .equals(confirmed(opening.uploads().get(j).statement(), u3.get(j), u3.get(i)))) {
          return Optional.of(
              "summed %s and %s, which confirm different pair seeds"
                  .formatted(name(u3.get(j)), name(u3.get(i))));
        }
      }
    }
    return Optional.empty();
  }

  /// Uploads confirm a seed for every other member of U2, in order.
  private Digest confirmed(UploadStatement upload, int member, int peer) {
    int place = u2.indexOf(peer);
    return upload.confirmations().get(peer > member ? place - 1 : place);
  }

  private String name(int member) {
    return proceedings.manifest().cohort().get(member);
  }
}
