package dev.caisson.cli.chaos;

import java.util.Locale;
import java.util.SplittableRandom;

/// Made-up persons: three numbers between -1 and 1 each, of which the first, with noise, decides
/// the outcome.
final class Persons {
  static final int FEATURES = 3;
  private static final int ROWS = 90;

  static final String DESCRIPTION =
      """
      caisson: dataset/v1
      name: made-up
      version: 1
      description: made-up persons
      id: id
      extra-columns: refuse
      missing-values: [""]
      label: {name: outcome, description: made up, values: [0, 1]}
      columns:
        - {name: a, type: number, range: [-1, 1], outside: refuse, scale-to: [-1, 1], missing: refuse}
        - {name: b, type: number, range: [-1, 1], outside: refuse, scale-to: [-1, 1], missing: refuse}
        - {name: c, type: number, range: [-1, 1], outside: refuse, scale-to: [-1, 1], missing: refuse}
      """;

  private Persons() {}

  /// A site's table as CSV; another at each site, the same every time.
  static String of(int site) {
    SplittableRandom random = new SplittableRandom(1000 + site);
    StringBuilder table = new StringBuilder("id,a,b,c,outcome\n");
    for (int row = 0; row < ROWS; row++) {
      double a = random.nextDouble(-1, 1);
      double b = random.nextDouble(-1, 1) * (site + 1) / 8;
      double c = random.nextDouble(-0.5, 0.5) + (site % 2 == 0 ? 0.4 : -0.4);
      int outcome = a + 0.3 * c + random.nextDouble(-0.4, 0.4) > 0.1 * site - 0.2 ? 1 : 0;
      table.append(
          String.format(Locale.ROOT, "p%d-%d,%.6f,%.6f,%.6f,%d%n", site, row, a, b, c, outcome));
    }
    return table.toString();
  }
}
