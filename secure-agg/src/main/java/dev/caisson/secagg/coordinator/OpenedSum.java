package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.message.Message;
import dev.caisson.trust.IdentityKey;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// A sum, and what shows its sites that it is the sum of their uploads. Holds the seeds of the
/// masks that were taken off, until it is closed.
public final class OpenedSum implements AutoCloseable {
  private final Roll roll;
  private final Survivors survivors;
  private final OpenedMasks masks;
  private final Optional<Total> total;
  private final SumResult result;

  OpenedSum(
      Roll roll, Survivors survivors, OpenedMasks masks, Optional<Total> total, SumResult result) {
    this.roll = roll;
    this.survivors = survivors;
    this.masks = masks;
    this.total = total;
    this.result = result;
  }

  public SumResult result() {
    return result;
  }

  /// Signs the opening, for every member of U3 that was not dropped; nothing where there was no
  /// place for the total, over a sparse graph, and where the ring is too wide to be checked. The
  /// total and the uploads must still be there. The sum becomes known to whoever is sent this.
  public Optional<Outcome.Next<CollectingTags>> show(IdentityKey coordinator, UploadStore uploads) {
    return total.map(
        place -> {
          CollectingTags tags =
              new CollectingTags(
                  roll, survivors, masks, result.aggregate(), uploads, place, coordinator);
          NavigableMap<String, Message> outgoing = new TreeMap<>();
          roll.live(survivors.u3())
              .forEach(member -> outgoing.put(roll.name(member), tags.opening()));
          return new Outcome.Next<>(tags, outgoing);
        });
  }

  @Override
  public void close() {
    masks.close();
  }

  @Override
  public String toString() {
    return "OpenedSum[redacted]";
  }
}
