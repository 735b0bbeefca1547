package dev.caisson.server.study;

/// Where a site stands in a study.
///
/// @param reason in the site's own words where it refuses, else why it is left out, else empty
public record SiteStanding(String site, Place place, String reason) {
  public enum Place {
    AWAY("not connected"),
    ASKED("has not answered"),
    READY("takes part"),
    REFUSES("refuses"),
    LEFT_OUT("left out");

    private final String words;

    Place(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }
}
