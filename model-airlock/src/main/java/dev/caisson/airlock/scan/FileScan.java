package dev.caisson.airlock.scan;

import dev.caisson.airlock.Finding;
import dev.caisson.trust.Digest;
import java.util.List;

/// What the file scan found in the bytes with this digest: at least one finding for every check
/// that ran. A file that does not parse has only the findings up to that point, one of them a
/// block.
public record FileScan(Digest file, long bytes, List<Finding> findings) {
  public FileScan {
    findings = List.copyOf(findings);
  }

  public boolean blocks() {
    return findings.stream().anyMatch(Finding::blocks);
  }
}
