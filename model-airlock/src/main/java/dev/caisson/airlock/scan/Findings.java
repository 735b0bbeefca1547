package dev.caisson.airlock.scan;

import dev.caisson.airlock.Finding;
import java.util.ArrayList;
import java.util.List;

/// The findings of one check as it runs: a pass if nothing is said; else the first few and a count,
/// so that a hostile file cannot make an endless report.
public final class Findings {
  private static final int SHOWN = 5;

  private final String check;
  private final List<Finding> said = new ArrayList<>();
  private int kept;
  private int more;
  private boolean blockKept;

  public Findings(String check) {
    this.check = check;
  }

  public void warn(String what, String where) {
    add(Finding.warn(check, what, where));
  }

  public void block(String what, String where) {
    add(Finding.block(check, what, where));
  }

  private void add(Finding finding) {
    // the first block is kept however many warnings came before it
    if (kept < SHOWN || (finding.blocks() && !blockKept)) {
      said.add(finding);
      kept++;
      blockKept |= finding.blocks();
    } else {
      more++;
    }
  }

  public List<Finding> orPass(String what) {
    if (said.isEmpty()) {
      return List.of(Finding.pass(check, what));
    }
    if (more > 0) {
      Finding last =
          new Finding(check, Finding.Status.WARN, "and %d more like these".formatted(more), "");
      said.add(last);
    }
    return List.copyOf(said);
  }
}
