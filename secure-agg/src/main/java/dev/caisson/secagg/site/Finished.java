package dev.caisson.secagg.site;

import dev.caisson.secagg.check.Proceedings;
import dev.caisson.trust.Digest;
import java.util.List;
import java.util.Optional;

/// The answer is given; nothing secret is left. What a site's ledger keeps of a round: the
/// transcript, whose inputs the sum covers, and for whom it revealed root shares and pair seeds
/// instead. From `proceedings` it can check the sum that comes of it; over a sparse graph there are
/// none, since no site sees what that takes.
public record Finished(
    Digest d1,
    Digest d2,
    Digest d3,
    List<String> survivors,
    List<String> recovered,
    Optional<Proceedings> proceedings)
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
