package dev.caisson.secagg.site;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.ConsentStatement;
import dev.caisson.secagg.message.NeighbourSurvivors;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// The masked vector can be sent; U3 is awaited. Handling it signs the one D3 of this round.
public final class Uploading implements SitePhase {
  private final SiteContext context;
  private final MaskingSecrets secrets;
  private final Upload upload;
  private final Once once = new Once();

  Uploading(SiteContext context, MaskingSecrets secrets, Upload upload) {
    this.context = context;
    this.secrets = secrets;
    this.upload = upload;
  }

  public Upload upload() {
    return upload;
  }

  /// Takes U3 (a [SurvivorList], or over a sparse graph a [NeighbourSurvivors]); gives the consent
  /// to send. The upload cannot be resent after.
  public Step<AwaitingConsents> handle(byte[] survivorList) {
    once.take();
    upload.close();
    try {
      if (context.graph().isEmpty()) {
        return handle(SurvivorList.decodeWithin(context.bound(), survivorList), List.of());
      }
      NeighbourSurvivors u3 = NeighbourSurvivors.decodeWithin(context.bound(), survivorList);
      return handle(u3.survivors(), u3.dealers());
    } catch (MalformedException e) {
      return refused(SiteContext.malformed("U3", e));
    }
  }

  private Step<AwaitingConsents> handle(SurvivorList u3, List<Signed<UploadStatement>> dealers) {
    Optional<Fault> list = context.objection("U3", u3.members(), secrets.members());
    if (list.isPresent()) {
      return refused(list.get());
    }
    if (!u3.entries().contains(new SurvivorList.Entry(context.self, upload.header().digest()))) {
      return refused(
          SiteContext.coordinator(
              Rule.OWN_ENTRY, "U3 does not hold this site's upload as it sent it"));
    }
    Optional<Fault> neighbours =
        context
            .tooFewLeft("U3", secrets.drawn, u3.members())
            .or(() -> context.graph().flatMap(_ -> unproved(u3, dealers)));
    if (neighbours.isPresent()) {
      return refused(neighbours.get());
    }
    Digest d3 = Transcript.d3(secrets.d2, u3);
    return Step.next(
        new AwaitingConsents(context, secrets, u3, d3),
        new JournalEntry.Consented(
            context.manifestDigest, d3, u3.members().stream().map(context::name).toList()),
        context.sign(new ConsentStatement(context.own(d3))));
  }

  /// Of whom this site would give a share of b without having seen that it masked over this U2. A
  /// site that was shown another U2 need not mask with all that it drew; its b, told by some of
  /// those and by members in league, would open it alone. So each dealer of U3 that this site holds
  /// a share of has signed the upload that U3 lists, over this site's own D2.
  private Optional<Fault> unproved(SurvivorList u3, List<Signed<UploadStatement>> dealers) {
    Iterator<Signed<UploadStatement>> uploads = dealers.iterator();
    for (SurvivorList.Entry entry : u3.entries()) {
      if (!secrets.shares.containsKey(entry.member())) {
        continue;
      }
      String name = context.name(entry.member());
      if (!uploads.hasNext()) {
        return fault(
            Fault.COORDINATOR, "U3 comes without the upload that %s signed".formatted(name));
      }
      Signed<UploadStatement> signed = uploads.next();
      Optional<Fault> objection = context.objection(signed, secrets.d2, entry.member());
      if (objection.isPresent()) {
        return objection;
      }
      if (!signed.digest().equals(entry.upload())) {
        return fault(name, "its upload is not the one that U3 lists");
      }
    }
    return uploads.hasNext()
        ? fault(Fault.COORDINATOR, "U3 comes with the upload of one that did not deal to this site")
        : Optional.empty();
  }

  private static Optional<Fault> fault(String party, String detail) {
    return Optional.of(new Fault(Rule.SAME_TRANSCRIPT, party, detail));
  }

  private Step<AwaitingConsents> refused(Fault fault) {
    close();
    return Step.refused(fault);
  }

  @Override
  public void close() {
    upload.close();
    secrets.close();
  }

  @Override
  public String toString() {
    return "Uploading[redacted]";
  }
}
