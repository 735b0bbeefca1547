package dev.caisson.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChildPlanTest {
  @Test
  void refusesANameThatIsNoFileName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChildPlan("../north", Path.of("x"), 64, List.of()))
        .withMessageContaining("../north");
  }

  @Test
  void refusesAHeapThatNoJvmStartsWith() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChildPlan("north", Path.of("x"), 1, List.of()))
        .withMessageContaining("16 MiB, got 1");
  }

  @Test
  void argumentFilesQuoteWhatJavaWouldRead() {
    assertThat(JavaCommand.quoted("/a b/\"c\"\\d")).isEqualTo("\"/a b/\\\"c\\\"\\\\d\"");
    assertThatIllegalArgumentException().isThrownBy(() -> JavaCommand.quoted("a\nb"));
  }
}
