package dev.caisson.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.trust.Digest;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the coordinator compares of a plan's method with what is submitted.
@Timeout(60)
final class MethodWireTest {
  @TempDir Path folder;

  @Test
  void refusesPersonalParametersAmongTheSharedAndAnotherFileThanTheReleasedOne() throws Exception {
    try (TestFederation federation =
        new TestFederation(folder, Duration.ofSeconds(5), "a", "b", "c")) {
      String plan = TestFederation.plan(1, 3, "a", "b", "c");
      assertThatThrownBy(() -> federation.submit("ann", plan + "personal: [\"w*\"]\n"))
          .hasMessageContaining("parameter 'w' is personal by the plan and cannot be shared");
      assertThatThrownBy(
              () ->
                  federation.submit("ann", plan + "warm-start: " + Digest.ofText("another") + "\n"))
          .hasMessageContaining("the plan starts from the released model");
      assertThat(federation.submit("ann", plan + "warm-start: " + Digest.ofText("model") + "\n"))
          .startsWith("small-");
    }
  }
}
