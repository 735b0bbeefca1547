package dev.caisson.server.site;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The connected sites, and which study hears what of them. Thread-safe.
///
/// A site that connects a second time replaces its first conversation: the newer one is the one
/// that can still be answered.
public final class SiteDirectory {
  private final Map<String, SiteLink> connected = new ConcurrentHashMap<>();
  private final Map<String, Mailbox> studies = new ConcurrentHashMap<>();

  /// From now on the study's mailbox hears of its sites; those already connected arrive at once.
  public void subscribe(String study, Mailbox mailbox) {
    studies.put(study, mailbox);
    connected.values().forEach(link -> mailbox.put(new SiteEvent.Arrived(link)));
  }

  public void unsubscribe(String study) {
    studies.remove(study);
  }

  public void arrived(SiteLink link) {
    SiteLink before = connected.put(link.site(), link);
    if (before != null) {
      before.close("the site has connected again");
    }
    studies.values().forEach(mailbox -> mailbox.put(new SiteEvent.Arrived(link)));
  }

  public void gone(SiteLink link) {
    connected.remove(link.site(), link);
    studies.values().forEach(mailbox -> mailbox.put(new SiteEvent.Gone(link)));
  }

  /// Delivers an event to one study; false if no such study is running.
  public boolean deliver(String study, SiteEvent event) {
    Optional<Mailbox> mailbox = Optional.ofNullable(studies.get(study));
    mailbox.ifPresent(box -> box.put(event));
    return mailbox.isPresent();
  }

  public Map<String, SiteLink> connected() {
    return Map.copyOf(connected);
  }
}
