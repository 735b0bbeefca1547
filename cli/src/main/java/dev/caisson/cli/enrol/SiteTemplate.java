package dev.caisson.cli.enrol;

/// The settings that a new site begins with: complete, strict, and explained.
final class SiteTemplate {
  private SiteTemplate() {}

  static String text(String host, int port) {
    return """
    version: caisson/site/v1
    coordinator: {host: %s, port: %d}
    table: table.csv             # your rows, inside this home
    dataset: dataset.yaml        # what their columns mean
    threads: 1                   # processor threads for training
    # device: auto               # cpu, cuda:0, ...; see 'caisson devices'
    policy:                      # what this site takes part in; it refuses everything else
      projects: [example]        # plans of these projects only
      maximum-rounds: 200
      maximum-epochs: 10
      maximum-parameters: 1000000
      maximum-clip-norm: 10
      minimum-held-out: 50       # persons that are not trained on
      colluding-sites: 1         # how many other sites may be in league with the coordinator
      honest-sites: 2            # every opened sum covers at least so many honest ones
      allow-total-weights: false # would let dropouts show exact counts
    """
        .formatted(host, port);
  }
}
