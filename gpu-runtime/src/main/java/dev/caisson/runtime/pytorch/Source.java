package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Script text as it grows, remembering which node each line came from, so that a native error can
/// name the node.
final class Source {
  private static final Pattern PLACE = Pattern.compile("line (\\d+), in");

  private final StringBuilder text = new StringBuilder();
  private final Map<Integer, Node> nodes = new HashMap<>();
  private int lines;

  void line(String line) {
    text.append(line).append('\n');
    lines++;
  }

  void line(String line, Node node) {
    line(line);
    nodes.put(lines, node);
  }

  void block(String block) {
    block.lines().forEach(this::line);
  }

  String text() {
    return text.toString();
  }

  /// The node whose line an error of the TorchScript interpreter points at, innermost first.
  Optional<Node> nodeOf(String error) {
    Optional<Node> found = Optional.empty();
    Matcher places = PLACE.matcher(error);
    while (places.find()) {
      Node node = nodes.get(Integer.parseInt(places.group(1)));
      found = node == null ? found : Optional.of(node);
    }
    return found;
  }
}
