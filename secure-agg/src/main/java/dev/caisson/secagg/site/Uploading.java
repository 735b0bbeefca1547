package dev.caisson.secagg.site;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.ConsentStatement;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
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

  /// Takes U3 (a [SurvivorList]); gives the consent to send. The upload cannot be resent after.
  public Step<AwaitingConsents> handle(byte[] survivorList) {
    once.take();
    upload.close();
    SurvivorList u3;
    try {
      u3 = SurvivorList.decodeWithin(context.bound(), survivorList);
    } catch (MalformedException e) {
      return refused(SiteContext.malformed("U3", e));
    }
    Optional<Fault> list = context.objection("U3", u3.members(), secrets.members());
    if (list.isPresent()) {
      return refused(list.get());
    }
    if (!u3.entries().contains(new SurvivorList.Entry(context.self, upload.header().digest()))) {
      return refused(
          SiteContext.coordinator(
              Rule.OWN_ENTRY, "U3 does not hold this site's upload as it sent it"));
    }
    Optional<Fault> alone = context.tooFewLeft("U3", secrets.drawn, u3.members());
    if (alone.isPresent()) {
      return refused(alone.get());
    }
    Digest d3 = Transcript.d3(secrets.d2, u3);
    return Step.next(
        new AwaitingConsents(context, secrets, u3, d3),
        new JournalEntry.Consented(
            context.manifestDigest, d3, u3.members().stream().map(context::name).toList()),
        context.sign(new ConsentStatement(context.own(d3))));
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
