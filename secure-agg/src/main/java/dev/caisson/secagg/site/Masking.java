package dev.caisson.secagg.site;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Threads;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.secret.Secret;
import java.util.Optional;

/// U2 is accepted; this site's input is awaited. May wait as long as training takes.
public final class Masking implements SitePhase {
  private final SiteContext context;
  private final MaskingSecrets secrets;
  private final Once once = new Once();

  Masking(SiteContext context, MaskingSecrets secrets) {
    this.context = context;
    this.secrets = secrets;
  }

  /// Takes the input and reads it once through; gives the signed header to send before the chunks.
  /// An input that does not fit the manifest is refused before anything is masked, and ends the
  /// round for this site.
  ///
  /// @param coins a secret of the site that is the same whenever it works on this state within this
  ///   scope, and never elsewhere: rounding follows from it, so that equal inputs give equal masked
  ///   vectors but for the masks. Stays the caller's to wipe.
  public Step<Uploading> mask(Input input, Secret coins) {
    return mask(input, coins, Threads.ONE);
  }

  /// As above, on several threads. The bytes are the same.
  public Step<Uploading> mask(Input input, Secret coins, Threads threads) {
    return mask(input, coins, threads, 0);
  }

  /// As above.
  ///
  /// @param room bytes that the masked vector may take in memory until the upload is closed: then
  ///   it is not made twice
  public Step<Uploading> mask(Input input, Secret coins, Threads threads, long room) {
    once.take();
    Optional<Fault> objection = input.objection(context.manifest, context.selfName());
    if (objection.isPresent()) {
      close();
      return Step.refused(objection.get());
    }
    Upload upload = Upload.prepare(context, secrets, input, coins, threads, room);
    return Step.next(
        new Uploading(context, secrets, upload),
        new JournalEntry.Uploaded(
            context.manifestDigest, upload.header().statement().root(), upload.fingerprint()),
        upload.header());
  }

  @Override
  public void close() {
    secrets.close();
  }

  @Override
  public String toString() {
    return "Masking[redacted]";
  }
}
