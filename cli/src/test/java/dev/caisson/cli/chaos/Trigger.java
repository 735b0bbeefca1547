package dev.caisson.cli.chaos;

/// What a fault waits for: a boundary, in this training round or a later one, reached by one site
/// or by so many of them.
///
/// `attempt`: the first round that counts; without meaning where the boundary is of no round
sealed interface Trigger {
  Boundary boundary();

  int attempt();

  /// This site is there.
  record Of(String site, Boundary boundary, int attempt) implements Trigger {}

  /// So many sites are there, in the same round.
  record OfSites(int sites, Boundary boundary, int attempt) implements Trigger {}

  /// Whether a moment is of the kind that is waited for.
  default boolean fits(Moment moment) {
    return moment.boundary() == boundary()
        && (!boundary().isOfRounds() || moment.attempt() >= attempt())
        && (!(this instanceof Of(String site, _, _)) || site.equals(moment.site()));
  }

  /// How many sites must be there.
  default int needed() {
    return switch (this) {
      case Of _ -> 1;
      case OfSites(int sites, _, _) -> sites;
    };
  }
}
