package dev.caisson.server.site;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connected sites, and which study hears what of them. Thread-safe.
///
/// A site that connects a second time replaces its first conversation: the newer one is the one
/// that can still be answered. Of two processes with one identity the one that was first seen last
/// stays: the other is turned away while it is connected, and both are told.
public final class SiteDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(SiteDirectory.class);

  /// Processes that are remembered of a site; one that is forgotten counts as new.
  private static final int REMEMBERED = 16;

  private final Map<String, SiteLink> connected = new ConcurrentHashMap<>();
  private final Map<String, Study> studies = new ConcurrentHashMap<>();
  private final Map<String, List<Incarnation>> seen = new HashMap<>();

  private record Study(Set<String> sites, Mailbox mailbox) {
    /// Whether it is one of its sites that this comes from; nothing of others is kept.
    boolean hears(SiteEvent event) {
      boolean own = sites.contains(event.site());
      if (own) {
        mailbox.put(event);
      }
      return own;
    }
  }

  /// From now on the study's mailbox hears of its sites, and of no others; those already connected
  /// arrive at once.
  public void subscribe(String name, Collection<String> sites, Mailbox mailbox) {
    Study study = new Study(Set.copyOf(sites), mailbox);
    studies.put(name, study);
    connected.values().forEach(link -> study.hears(new SiteEvent.Arrived(link)));
  }

  public void unsubscribe(String study) {
    studies.remove(study);
  }

  /// Takes a site's conversation in, unless a newer process of the same site is connected; then
  /// this says so in words for the older one, and nobody hears of it.
  public Optional<String> arrived(SiteLink link) {
    SiteLink before;
    synchronized (seen) {
      List<Incarnation> known = seen.computeIfAbsent(link.site(), _ -> new ArrayList<>());
      if (!known.contains(link.incarnation())) {
        known.add(link.incarnation());
        if (known.size() > REMEMBERED) {
          known.removeFirst();
        }
      }
      before = connected.get(link.site());
      if (before != null
          && known.indexOf(link.incarnation()) < known.indexOf(before.incarnation())) {
        LOG.warn(
            "two processes run with the identity of site '{}' ({} and {}); the newer one stays",
            link.site(),
            link.incarnation(),
            before.incarnation());
        before.warn(
            "another process with this site's identity tries to connect again and again: stop it"
                + " there, or this one here; never run two from copies of one home");
        return Optional.of(
            "another process with this site's identity, started later, is connected: stop one of"
                + " the two; never run two from copies of one home");
      }
      connected.put(link.site(), link);
    }
    if (before != null) {
      if (before.incarnation().equals(link.incarnation())) {
        before.close("the site has connected again");
      } else {
        before.displace(
            "another process with this site's identity has connected; unless this one was being"
                + " replaced, two run at once: stop one of them");
      }
    }
    studies.values().forEach(study -> study.hears(new SiteEvent.Arrived(link)));
    return Optional.empty();
  }

  public void gone(SiteLink link) {
    connected.remove(link.site(), link);
    studies.values().forEach(study -> study.hears(new SiteEvent.Gone(link)));
  }

  /// The site's process is being stopped: it takes part in nothing more.
  public void leaving(SiteLink link) {
    studies.values().forEach(study -> study.hears(new SiteEvent.Leaving(link)));
  }

  /// Delivers an event to one study; false if no such study is running, or not with this site.
  public boolean deliver(String name, SiteEvent event) {
    Study study = studies.get(name);
    return study != null && study.hears(event);
  }

  public Map<String, SiteLink> connected() {
    return Map.copyOf(connected);
  }
}
