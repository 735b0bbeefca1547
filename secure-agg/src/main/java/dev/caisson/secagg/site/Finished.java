package dev.caisson.secagg.site;

import dev.caisson.trust.Digest;
import java.util.List;

/// The answer is given; nothing secret is left. What a site's ledger keeps of a round: the
/// transcript, whose inputs the sum covers, and for whom it revealed root shares and pair seeds
/// instead.
public record Finished(
    Digest d1, Digest d2, Digest d3, List<String> survivors, List<String> recovered)
    implements SitePhase {
  public Finished {
    survivors = List.copyOf(survivors);
    recovered = List.copyOf(recovered);
  }

  @Override
  public void close() {
    // nothing secret is left
  }
}
