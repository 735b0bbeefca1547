package dev.caisson.airlock.rows;

import java.util.List;

/// The result of a scan at the site: the count that may leave, and the custodian's own list, which
/// may not. The list is cut at [TrainingRowScan#MOST_HITS] entries; the count is not.
public record RowScan(RowScanCount count, List<RowHit> ownList) {
  public RowScan {
    ownList = List.copyOf(ownList);
  }

  @Override
  public String toString() {
    return "RowScan[%s, own list withheld]".formatted(count);
  }
}
