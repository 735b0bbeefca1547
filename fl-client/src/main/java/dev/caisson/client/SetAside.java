package dev.caisson.client;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What was offered of studies that have no desk now, and may get one again. At most [#MOST] of
/// [#MOST_BYTES] together: beyond that the eldest is forgotten, and is heard of again on the next
/// connection.
final class SetAside {
  static final int MOST = 256;
  static final long MOST_BYTES = 16L << 20;

  private final Map<String, Tray.Work.Offer> offers = new LinkedHashMap<>();
  private long bytes;

  void put(String study, Tray.Work.Offer offer) {
    take(study);
    offers.put(study, offer);
    bytes += offer.plan().text().length;
    Iterator<Map.Entry<String, Tray.Work.Offer>> eldest = offers.entrySet().iterator();
    while (offers.size() > MOST || bytes > MOST_BYTES) {
      bytes -= eldest.next().getValue().plan().text().length;
      eldest.remove();
    }
  }

  /// Takes a study's offer out, if it is here.
  Optional<Tray.Work.Offer> take(String study) {
    Optional<Tray.Work.Offer> offer = Optional.ofNullable(offers.remove(study));
    offer.ifPresent(found -> bytes -= found.plan().text().length);
    return offer;
  }

  void clear() {
    offers.clear();
    bytes = 0;
  }
}
