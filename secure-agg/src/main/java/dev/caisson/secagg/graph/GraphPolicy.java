package dev.caisson.secagg.graph;

import java.util.Optional;
import java.util.OptionalInt;

/// Over which graphs a site takes part. Fixed by its custodian.
public sealed interface GraphPolicy {
  /// Only over the complete one.
  record Never() implements GraphPolicy {}

  /// Over a sparse one in cohorts of at least `minimumCohort`, whose parameters hold where
  /// `corruptFraction` of the cohort side with the coordinator and `dropoutFraction` may drop out.
  /// The first protects this site; the second only makes rounds succeed.
  record Assuming(double corruptFraction, double dropoutFraction, int minimumCohort)
      implements GraphPolicy {
    public Assuming {
      if (!(corruptFraction >= 0 && dropoutFraction >= 0)
          || corruptFraction + 2 * dropoutFraction > 0.9) {
        throw new IllegalArgumentException(
            "corruptFraction + 2 * dropoutFraction must be at most 0.9, got %s and %s"
                .formatted(corruptFraction, dropoutFraction));
      }
      if (minimumCohort < 100) {
        throw new IllegalArgumentException(
            "a sparse graph is for cohorts of 100 and more, got %d".formatted(minimumCohort));
      }
    }

    /// The sparsest graph that this policy accepts for a cohort; none where it accepts none.
    public Optional<Topology.Regular> sparsest(int sites, int colluding) {
      Optional<GraphParameters> least = searched(sites);
      if (sites < minimumCohort || least.isEmpty()) {
        return Optional.empty();
      }
      int corrupt = corrupt(sites, colluding);
      int fewest = sites - (int) Math.floor(dropoutFraction * sites);
      for (int degree = least.get().degree(); degree < fewest - 1; degree += 2) {
        int most = GraphParameters.mostAnswering(sites, degree, dropoutFraction);
        OptionalInt threshold =
            GraphParameters.threshold(sites, degree, corrupt, Adversary.SEMI_MALICIOUS);
        for (int t = Math.max(2, threshold.orElse(degree + 1)); t <= most; t++) {
          GraphParameters parameters = new GraphParameters(degree, t);
          if (isSafe(sites, corrupt, parameters) && isSafe(fewest, corrupt, parameters)) {
            return Optional.of(new Topology.Regular(parameters, corrupt));
          }
        }
      }
      return Optional.empty();
    }

    private Optional<GraphParameters> searched(int sites) {
      return GraphParameters.search(
          sites, corruptFraction, dropoutFraction, Adversary.SEMI_MALICIOUS);
    }

    /// What a graph for this cohort must at least allow for.
    int corrupt(int sites, int colluding) {
      return Math.max(colluding, (int) Math.floor((corruptFraction + 1e-14) * sites));
    }
  }

  /// Any graph, however weak. **For tests alone** (`HouseRules` refuses it elsewhere): sums over a
  /// few sites can be opened.
  record InsecureAnyGraphForTests() implements GraphPolicy {}

  /// Members that may side with the coordinator of such a cohort, of whom `colluding` are sure.
  default int corruptAmong(int sites, int colluding) {
    return switch (this) {
      case Never _, InsecureAnyGraphForTests _ -> colluding;
      case Assuming assuming -> assuming.corrupt(sites, colluding);
    };
  }

  /// Why this site takes no part over such a graph, if so, given the cohort's size.
  default Optional<String> objection(Topology.Regular graph, int sites, int colluding) {
    return switch (this) {
      case Never _ -> Optional.of("this site takes part over complete graphs only");
      case InsecureAnyGraphForTests _ -> Optional.empty();
      case Assuming assuming -> weakness(assuming, graph, sites, colluding);
    };
  }

  private static Optional<String> weakness(
      Assuming policy, Topology.Regular graph, int sites, int colluding) {
    if (sites < policy.minimumCohort()) {
      return Optional.of(
          "a sparse graph needs a cohort of at least %d, got %d"
              .formatted(policy.minimumCohort(), sites));
    }
    int corrupt = policy.corrupt(sites, colluding);
    if (graph.corrupt() < corrupt) {
      return Optional.of(
          "the graph allows for %d corrupt members, this site assumes %d"
              .formatted(graph.corrupt(), corrupt));
    }
    Optional<GraphParameters> least = policy.searched(sites);
    GraphParameters given = graph.parameters();
    if (least.isEmpty() || given.degree() < least.get().degree()) {
      return Optional.of(
          "degree %d, at least %s is needed for %d sites"
              .formatted(
                  given.degree(),
                  least.map(found -> String.valueOf(found.degree())).orElse("the complete graph"),
                  sites));
    }
    OptionalInt threshold =
        GraphParameters.threshold(sites, given.degree(), corrupt, Adversary.SEMI_MALICIOUS);
    if (threshold.isEmpty() || given.threshold() < threshold.getAsInt()) {
      return Optional.of(
          "threshold %d of %d neighbours, more are needed for %d sites with %d corrupt"
              .formatted(given.threshold(), given.degree(), sites, corrupt));
    }
    return policy.objectionAmong(graph, sites);
  }

  /// Why this site deals to nobody over such a graph once U1 has so many members, if so.
  default Optional<String> objectionAmong(Topology.Regular graph, int members) {
    return switch (this) {
      case Never _ -> Optional.of("this site takes part over complete graphs only");
      case InsecureAnyGraphForTests _ ->
          graph.parameters().degree() < members
              ? Optional.empty()
              : Optional.of("there are fewer others than neighbours");
      case Assuming _ ->
          isSafe(members, graph.corrupt(), graph.parameters())
              ? Optional.empty()
              : Optional.of(
                  "among %d members, %d of them corrupt, a sum that at most half of the honest answered could be opened with more than 2^-%d"
                      .formatted(members, graph.corrupt(), GraphParameters.SECURITY));
    };
  }

  private static boolean isSafe(int sites, int corrupt, GraphParameters parameters) {
    return corrupt < sites
        && parameters.degree() <= sites - 1
        && new OpenedSums(sites, corrupt, parameters).log2OfHalfOrLess()
            <= -GraphParameters.SECURITY;
  }
}
