package dev.caisson.client.round;

import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.check.SumReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A sum that is kept in a file while it is checked, so that it need not be fetched again to
/// compute the next state. Of use only where the check has found it right; a disk that fails costs
/// the file, not the check.
final class VerifiedSum implements SumReader, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VerifiedSum.class);

  private final long expected;
  private final Path file;
  private @Nullable OutputStream out;
  private long filled;

  /// @param file written over
  VerifiedSum(RoundManifest manifest, Path file) {
    this.expected = Aggregate.contentBytes(manifest);
    this.file = file;
    try {
      this.out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20);
    } catch (IOException e) {
      cannotKeep(e);
    }
  }

  @Override
  public void take(byte[] packed, int length) {
    if (out != null) {
      try {
        out.write(packed, 0, length);
        filled += length;
      } catch (IOException e) {
        cannotKeep(e);
      }
    }
  }

  /// Whether all of it is in the file; to be asked once, when the check is over.
  boolean isKept() {
    close();
    return filled == expected;
  }

  private void cannotKeep(IOException e) {
    LOG.warn("a sum that is checked cannot be kept, and will be fetched again: {}", e.getMessage());
    filled = -1;
    close();
    try {
      Files.deleteIfExists(file); // the ledger may need the room
    } catch (IOException f) {
      LOG.warn("{} is left: {}", file, f.getMessage());
    }
  }

  @Override
  public void close() {
    OutputStream open = out;
    out = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.warn("a sum that is checked cannot be kept: {}", e.getMessage());
        filled = -1;
      }
    }
  }
}
