package dev.caisson.secagg.site;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.encoding.Input;
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

  /// Takes the input. One that does not fit the manifest is refused before anything is masked, and
  /// ends the round for this site.
  public Step<Uploading> mask(Input input) {
    once.take();
    Optional<Fault> objection = input.objection(context.manifest, context.selfName());
    if (objection.isPresent()) {
      close();
      return Step.refused(objection.get());
    }
    return Step.next(new Uploading(context, secrets, new Upload(context, secrets, input)));
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
