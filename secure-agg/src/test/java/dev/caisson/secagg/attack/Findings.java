package dev.caisson.secagg.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.check.Finding;
import dev.caisson.secagg.check.SiteCheck;
import java.util.NavigableMap;

/// What sites must find.
final class Findings {
  private Findings() {}

  static void assertGap(NavigableMap<String, Finding> findings, String words) {
    assertThat(findings.values())
        .isNotEmpty()
        .allSatisfy(
            finding -> {
              assertThat(finding).isInstanceOf(Finding.Unverified.class);
              assertThat(finding.inWords()).contains(words);
            });
  }

  /// Of a site that gives no tag.
  static Finding finding(SiteCheck.Tagging tagging) {
    return switch (tagging) {
      case SiteCheck.Tagging.Over(Finding finding) -> finding;
      case SiteCheck.Tagging.Tagged _ -> throw new AssertionError("a tag was given");
    };
  }
}
