package dev.caisson.airlock.evidence;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.caisson.airlock.Verdict;
import dev.caisson.trust.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One assessment of a model on some people's data: what was tried, and how it ended, without
/// scores.
///
/// @param members the keyed digest of the members' table
/// @param model the digest of the model's canonical form; of a file that is not opened, its own
/// @param policy the digest of the policy, if there was one
/// @param failing which categories failed: names of checks
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Attempt(
    Instant time,
    Digest members,
    Digest model,
    @Nullable Digest policy,
    Verdict verdict,
    List<String> failing) {
  private static final int MOST_FAILING = 50;

  public Attempt {
    failing = List.copyOf(failing);
    if (failing.size() > MOST_FAILING
        || !failing.stream().allMatch(f -> f.matches("[a-z0-9][a-z0-9.:-]{0,62}"))) {
      throw new IllegalArgumentException(
          "at most %d categories of up to 63 of a-z, 0-9, '.', ':', '-' fail, got %s"
              .formatted(MOST_FAILING, failing.size()));
    }
  }
}
