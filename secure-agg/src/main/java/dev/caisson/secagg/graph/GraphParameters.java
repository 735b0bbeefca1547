package dev.caisson.secagg.graph;

import java.util.Optional;
import java.util.OptionalInt;

/// How sparse a round's graph is: each site draws `degree` others and gives each a share;
/// `threshold` of those shares open what the site masks with.
///
/// [#search] is the search of Google's secure aggregation (`graph_parameter_finder.cc` of
/// federated-compute; Bell et al., CCS 2020, section 3), with the same numbers for the same
/// assumptions: security 2^-40, failure 2^-20, sites placed at random on a Harary graph. What it
/// shows for a graph whose sites draw for themselves, the bound of [OpenedSums] adds.
public record GraphParameters(int degree, int threshold) {
  /// The statistical security of what is searched: an event that tells more than the sum has at
  /// most this probability in a round, as a power of two.
  public static final int SECURITY = 40;

  /// The same for a round that fails although no more dropped out than was assumed.
  public static final int FAILURE = 20;

  /// Against rounding of `fraction * sites` in the unsafe direction.
  private static final double SMALL = 1e-14;

  private static final double LN_2 = Math.log(2);

  public GraphParameters {
    if (threshold < 2 || threshold > degree) {
      throw new IllegalArgumentException(
          "a threshold is 2..%d (degree), got %d".formatted(degree, threshold));
    }
  }

  /// The smallest even degree, with its smallest threshold, where at most these fractions of
  /// `sites` are corrupt and drop out; none where no graph but the complete one will do.
  public static Optional<GraphParameters> search(
      int sites, double corruptFraction, double dropoutFraction, Adversary adversary) {
    check(sites, corruptFraction, dropoutFraction, adversary);
    int corrupt = (int) Math.floor((corruptFraction + SMALL) * sites);
    for (int degree = 2; degree < sites - 1; degree += 2) {
      if (isConnected(sites, degree, corrupt, dropoutFraction)) {
        OptionalInt threshold = threshold(sites, degree, corrupt, adversary);
        if (threshold.isPresent()
            && threshold.getAsInt() <= mostAnswering(sites, degree, dropoutFraction)) {
          // Shamir sharing wants 2; Google raises it after the comparison, which we keep
          return Optional.of(new GraphParameters(degree, Math.max(2, threshold.getAsInt())));
        }
      }
    }
    return Optional.empty();
  }

  private static void check(int sites, double corrupt, double dropout, Adversary adversary) {
    if (sites < 1 || sites > 1_000_000) {
      throw new IllegalArgumentException("1 to 1,000,000 sites, got %d".formatted(sites));
    }
    if (!(corrupt >= 0 && corrupt < 1 && dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "fractions are at least 0 and below 1, got %s and %s".formatted(corrupt, dropout));
    }
    double together =
        switch (adversary) {
          case CURIOUS -> corrupt + dropout;
          case SEMI_MALICIOUS -> corrupt + 2 * dropout;
        };
    if (together > 0.9) {
      throw new IllegalArgumentException(
          "%s corrupt and %s dropped out are more than any threshold stands (%s)"
              .formatted(corrupt, dropout, adversary));
    }
  }

  /// Whether a Harary graph whose places are drawn at random stays connected when the corrupt and
  /// the dropped are taken out: both ends of a gap need degree / 2 of them in a row.
  private static boolean isConnected(int sites, int degree, int corrupt, double dropoutFraction) {
    int bad = corrupt + (int) Math.floor((dropoutFraction + SMALL) * sites);
    if (degree > bad) {
      return true;
    }
    double pairsOfGaps = Math.log(sites) + Math.log(sites - degree - 1) - LN_2;
    double allBad = LogFactorial.choose(bad, degree) - LogFactorial.choose(sites, degree);
    return pairsOfGaps + allBad < -(SECURITY + 1) * LN_2;
  }

  /// The smallest threshold that the corrupt do not reach within a neighbourhood of this degree
  /// (semi-malicious: that is not reached twice with the honest divided), but with probability
  /// 2^-41 over all neighbourhoods; none if there is no such threshold.
  static OptionalInt threshold(int sites, int degree, int corrupt, Adversary adversary) {
    Hypergeometric honest = new Hypergeometric(sites, sites - corrupt, degree);
    int corruptAtMost = degree - honest.quantile(-(SECURITY + 1) - Math.log(sites) / LN_2);
    int below =
        switch (adversary) {
          case CURIOUS -> corruptAtMost;
          case SEMI_MALICIOUS -> (int) Math.ceil((corruptAtMost + degree - 1.25) / 2);
        };
    return below + 1 <= degree ? OptionalInt.of(below + 1) : OptionalInt.empty();
  }

  /// How many of a neighbourhood are still there, but with probability 2^-20 over all.
  static int mostAnswering(int sites, int degree, double dropoutFraction) {
    int surviving = (int) Math.ceil((1 - dropoutFraction - SMALL) * sites);
    return new Hypergeometric(sites, surviving, degree).quantile(-FAILURE - Math.log(sites) / LN_2);
  }
}
