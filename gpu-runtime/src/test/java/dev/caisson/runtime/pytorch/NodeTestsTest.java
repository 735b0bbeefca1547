package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.onnx.NodeTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// ONNX's own backend node tests (of the `onnx` wheel 1.16.2) for the operations that the engine
/// has, and the page of the documentation that says how they end. To write the page anew, run with
/// `-Dcaisson.rewritePages=true`.
class NodeTestsTest {
  private static final Path PAGE = Path.of("..", "docs", "reference", "onnx-operations.md");

  private static final Map<String, NodeTestsPage.Row> ROWS = new TreeMap<>();

  @BeforeAll
  static void run() throws IOException {
    try (InputStream archive =
        Objects.requireNonNull(NodeTestsTest.class.getResourceAsStream("/onnx-node-tests.zip"))) {
      for (NodeTest test : NodeTest.all(archive)) {
        ROWS.put(test.name(), new NodeTestsPage.Row(test.operations(), NodeTestRun.of(test)));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> noneFails() {
    return ROWS.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () ->
                        assertThat(entry.getValue().outcome())
                            .isNotInstanceOf(NodeTestRun.Outcome.Failed.class)));
  }

  @Test
  void everyOperationOfTheEnginePassesOne() {
    assertThat(NodeTestsPage.withoutPass(ROWS)).isEqualTo(NodeTestsPage.UNTESTED.keySet());
  }

  @Test
  void thePageSaysWhatTheRunGave() throws IOException {
    String page = NodeTestsPage.of(ROWS);
    if (Boolean.getBoolean("caisson.rewritePages")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).content().isEqualTo(page);
  }
}
