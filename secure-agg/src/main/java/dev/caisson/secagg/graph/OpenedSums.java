package dev.caisson.secagg.graph;

/// How large a sum is that can be opened at all, over a graph whose sites draw their neighbours
/// with their own randomness.
///
/// A set A of honest sites is *opened* when the self-mask of each is rebuilt and no pair mask
/// between A and other honest survivors is left on their sum. Every honest member of A then has at
/// least `threshold` of the sites that it drew among the corrupt and the honest **answerers in A**,
/// call those G; for that an honest site gives a share of a self-mask only where it saw its owner's
/// upload signed over the same U2 (`Uploading`). For a fixed G of g sites a draw does so with
/// probability `P_g = Pr[Hyp(n - 1, c + g, degree) >= threshold]`, independently for each site,
/// whoever dropped out, whatever was told to whom. Over all G of g sites and all A that hold them:
///
/// `sum over A of P_g^|A| = C(h, g) P_g^g (1 + P_g)^(h - g)`, with h = n - c honest sites.
///
/// Corrupt sites are fixed before sites draw. See docs/protocol/secure-aggregation.md, graphs.
public final class OpenedSums {
  private static final double LN_2 = Math.log(2);

  private final int sites;
  private final int corrupt;
  private final GraphParameters parameters;

  /// Of these sites (the members of U1) so many are corrupt.
  public OpenedSums(int sites, int corrupt, GraphParameters parameters) {
    if (corrupt < 0 || corrupt >= sites || parameters.degree() > sites - 1) {
      throw new IllegalArgumentException(
          "%d corrupt and degree %d are too many for %d sites"
              .formatted(corrupt, parameters.degree(), sites));
    }
    this.sites = sites;
    this.corrupt = corrupt;
    this.parameters = parameters;
  }

  /// log2 of a bound on the probability that a sum can be opened to which at most half of the
  /// honest sites answered. While that does not happen there is at most one opened sum in a round.
  public double log2OfHalfOrLess() {
    return upTo(honest() / 2);
  }

  /// More honest sites than this have answered to any sum that is opened, and are in it, but with
  /// probability 2^-40; -1 where even a lone site may be opened with more.
  public int answersBeyond() {
    double sum = Double.NEGATIVE_INFINITY;
    for (int answerers = 0; answerers <= honest(); answerers++) {
      sum = Hypergeometric.plus(sum, logOfExactly(answerers));
      if (sum > -GraphParameters.SECURITY * LN_2) {
        return answerers - 1;
      }
    }
    return honest();
  }

  int sites() {
    return sites;
  }

  int corrupt() {
    return corrupt;
  }

  /// Sites that are not corrupt.
  public int honest() {
    return sites - corrupt;
  }

  private double upTo(int answerers) {
    double sum = Double.NEGATIVE_INFINITY;
    for (int g = 0; g <= answerers; g++) {
      sum = Hypergeometric.plus(sum, logOfExactly(g));
    }
    return sum / LN_2;
  }

  private double logOfExactly(int answerers) {
    double reach =
        new Hypergeometric(sites - 1, Math.min(sites - 1, corrupt + answerers), parameters.degree())
            .logAtLeast(parameters.threshold());
    if (answerers == 0) { // A is not empty: (1 + P)^h - 1 <= h P e^(h P)
      return Math.log(honest()) + reach + honest() * Math.exp(reach);
    }
    return LogFactorial.choose(honest(), answerers)
        + (reach == Double.NEGATIVE_INFINITY ? reach : answerers * reach)
        + (honest() - answerers) * Math.log1p(Math.exp(reach));
  }
}
