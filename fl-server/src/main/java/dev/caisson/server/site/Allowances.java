package dev.caisson.server.site;

import java.util.HashMap;
import java.util.Map;

/// What of a study's mailbox each kind of event may fill while the study does not read.
///
/// Uploads, which come in calls of their own, share [#BYTES] and [#CAPACITY]. What a site says in
/// its conversation, which it has only one of for all studies, has another such share: the first
/// message that waits is always taken, so that no other site can hold it back; further ones up to
/// [#OF_A_SITE] of [#BYTES_OF_A_SITE] together, while there is room. News of connections are always
/// taken: they are our own, small and few. So a mailbox holds at most both shares, and a message of
/// 4 MiB for each site. Not thread-safe.
final class Allowances {
  static final int CAPACITY = 256;
  static final int BYTES = 64 << 20;
  static final int OF_A_SITE = 32;
  static final int BYTES_OF_A_SITE = 8 << 20;

  /// News of a site that wait unread, from which on a connection that came and went is not told.
  static final int NEWS = 16;

  private final Held uploads = new Held();
  private final Held messages = new Held();
  private final Map<String, Held> messagesOf = new HashMap<>();
  private final Map<String, Held> newsOf = new HashMap<>();

  private enum Kind {
    UPLOAD,
    MESSAGE,
    NEWS
  }

  private static final class Held {
    private int events;
    private long bytes;

    void add(int sign, int size) {
      events += sign;
      bytes += (long) sign * size;
    }

    boolean fits(int size, int mostEvents, int mostBytes) {
      return events < mostEvents && bytes + size <= mostBytes;
    }
  }

  /// Whether this event may be put in now.
  boolean allow(SiteEvent event) {
    int size = bytes(event);
    return switch (kind(event)) {
      case UPLOAD -> uploads.fits(size, CAPACITY, BYTES);
      case MESSAGE -> {
        Held own = messagesOf.get(event.site());
        yield own == null
            || (own.fits(size, OF_A_SITE, BYTES_OF_A_SITE) && messages.fits(size, CAPACITY, BYTES));
      }
      case NEWS -> true;
    };
  }

  void in(SiteEvent event) {
    count(event, 1);
  }

  void out(SiteEvent event) {
    count(event, -1);
  }

  /// Whether more news of this site wait than of one that comes and goes now and then.
  boolean isRestless(String site) {
    Held news = newsOf.get(site);
    return news != null && news.events >= NEWS;
  }

  private void count(SiteEvent event, int sign) {
    int size = bytes(event);
    switch (kind(event)) {
      case UPLOAD -> uploads.add(sign, size);
      case MESSAGE -> {
        messages.add(sign, size);
        count(messagesOf, event.site(), sign, size);
      }
      case NEWS -> count(newsOf, event.site(), sign, size);
    }
  }

  private static void count(Map<String, Held> of, String site, int sign, int size) {
    Held held = of.computeIfAbsent(site, _ -> new Held());
    held.add(sign, size);
    if (held.events == 0) {
      of.remove(site);
    }
  }

  private static Kind kind(SiteEvent event) {
    return switch (event) {
      case SiteEvent.Chunk _, SiteEvent.UploadAsked _ -> Kind.UPLOAD;
      case SiteEvent.Payload _,
          SiteEvent.Checked _,
          SiteEvent.Admitted _,
          SiteEvent.Refused _,
          SiteEvent.LeftRound _ ->
          Kind.MESSAGE;
      case SiteEvent.Arrived _, SiteEvent.Gone _, SiteEvent.Leaving _ -> Kind.NEWS;
    };
  }

  /// What an event holds in memory that its sender chose.
  private static int bytes(SiteEvent event) {
    return switch (event) {
      case SiteEvent.Payload(String _, String _, byte[] payload) -> payload.length;
      case SiteEvent.Chunk(String _, String _, int _, byte[] chunk) -> chunk.length;
      case SiteEvent.Arrived _,
          SiteEvent.Checked _,
          SiteEvent.Gone _,
          SiteEvent.Admitted _,
          SiteEvent.Refused _,
          SiteEvent.Leaving _,
          SiteEvent.UploadAsked _,
          SiteEvent.LeftRound _ ->
          0;
    };
  }
}
