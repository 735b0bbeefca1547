package dev.caisson.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/// One place in a YAML document: a mapping, a list or a scalar, asked for what it should be. A
/// scalar is the text as written; its reader says whether a number, a flag or a text is wanted, so
/// `no` stays the text "no" where a text is wanted.
///
/// Bounds: 256 KiB a document, 20 levels. A document is never turned into Java objects of its
/// choice.
public final class YamlNode {
  private static final int MAX_BYTES = 256 * 1024;
  private static final int MAX_DEPTH = 20;

  private final String file;
  private final String path;
  private final Node node;

  private YamlNode(String file, String path, Node node) {
    this.file = file;
    this.path = path;
    this.node = node;
  }

  /// The root of a file's one document.
  public static YamlNode read(Path file) throws IOException, BadYamlException {
    String name = file.toString();
    if (!Files.isRegularFile(file)) {
      throw new BadYamlException(name, 0, "", "there is no such file; check the path");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    return parse(name, bytes);
  }

  /// The root of a document at hand; `name` stands for the file in errors.
  public static YamlNode parse(String name, byte[] utf8) throws BadYamlException {
    if (utf8.length > MAX_BYTES) {
      throw new BadYamlException(
          name, 0, "", "the document is larger than %,d bytes; shorten it".formatted(MAX_BYTES));
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new BadYamlException(name, 0, "", "the document is not UTF-8 text; save it as UTF-8");
    }
    try {
      refuseDepthAndIndirection(name, text);
      Node root = yaml().compose(new StringReader(text));
      if (root == null) {
        throw new BadYamlException(name, 0, "", "the document is empty");
      }
      YamlNode document = new YamlNode(name, "", root);
      document.refuseDuplicateKeys();
      return document;
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark();
      String problem = String.valueOf(e.getProblem());
      throw new BadYamlException(
          name, mark == null ? 0 : mark.getLine() + 1, "", "not readable as YAML: " + problem);
    } catch (YAMLException e) {
      throw new BadYamlException(
          name,
          0,
          "",
          "not readable as YAML: %s"
              .formatted(String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
    }
  }

  /// The value of a key that must be there.
  public YamlNode get(String key) throws BadYamlException {
    Optional<YamlNode> found = find(key);
    if (found.isEmpty()) {
      throw wrong("the key '%s' is missing; add it".formatted(key));
    }
    return found.get();
  }

  /// The value of a key that may be left out.
  public Optional<YamlNode> find(String key) throws BadYamlException {
    for (NodeTuple tuple : mapping().getValue()) {
      if (keyOf(tuple).equals(key)) {
        return Optional.of(child(key, tuple));
      }
    }
    return Optional.empty();
  }

  /// Refuses a mapping with keys other than these, suggesting the nearest; returns this.
  public YamlNode only(String... known) throws BadYamlException {
    List<String> names = List.of(known);
    for (NodeTuple tuple : mapping().getValue()) {
      String key = keyOf(tuple);
      if (!names.contains(key)) {
        throw wrong(
            tuple.getKeyNode(),
            "unknown key '%s'%s; known keys here: %s"
                .formatted(shorten(key), Spelling.hint(key, names), String.join(", ", names)));
      }
    }
    return this;
  }

  /// The keys of a mapping, as written.
  public List<String> keys() throws BadYamlException {
    List<String> keys = new ArrayList<>();
    for (NodeTuple tuple : mapping().getValue()) {
      keys.add(keyOf(tuple));
    }
    return keys;
  }

  /// The items of a list of `min` to `max`.
  public List<YamlNode> items(int min, int max) throws BadYamlException {
    if (!(node instanceof SequenceNode list)) {
      throw wrong("expected a list, got " + kind());
    }
    int size = list.getValue().size();
    if (size < min || size > max) {
      throw wrong("expected %d to %d items, got %d".formatted(min, max, size));
    }
    List<YamlNode> items = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      items.add(new YamlNode(file, "%s[%d]".formatted(path, i), list.getValue().get(i)));
    }
    return items;
  }

  /// A text of 1 to `max` characters without control characters, as written.
  public String text(int max) throws BadYamlException {
    String value = scalar();
    if (value.isBlank()) {
      throw wrong("expected a text, got nothing; fill it in or remove the key");
    }
    return bounded(value, max);
  }

  /// Like [#text], but may be empty when it is quoted: `""`.
  public String textOrEmpty(int max) throws BadYamlException {
    String value = scalar();
    boolean quoted = node instanceof ScalarNode scalar && !scalar.isPlain();
    return value.isEmpty() && quoted ? "" : text(max);
  }

  /// A whole number in `[min, max]`.
  public int integer(int min, int max) throws BadYamlException {
    String value = scalar();
    if (!value.matches("-?[0-9]{1,10}")) {
      throw wrong("expected a whole number, got '%s'".formatted(shorten(value)));
    }
    long number = Long.parseLong(value);
    if (number < min || number > max) {
      throw wrong("expected a whole number from %d to %d, got %d".formatted(min, max, number));
    }
    return (int) number;
  }

  /// A finite number with a decimal point.
  public double number() throws BadYamlException {
    String value = scalar();
    if (!value.matches(
        "[-+]?([0-9]{1,30}(\\.[0-9]{0,30})?|\\.[0-9]{1,30})([eE][-+]?[0-9]{1,2})?")) {
      throw wrong("expected a number, got '%s'".formatted(shorten(value)));
    }
    return Double.parseDouble(value);
  }

  /// `true` or `false`.
  public boolean flag() throws BadYamlException {
    return choice(Map.of("true", true, "false", false));
  }

  /// One of these words.
  public <T> T choice(Map<String, T> words) throws BadYamlException {
    String word = scalar();
    T value = words.get(word);
    if (value == null) {
      throw wrong(
          "'%s' is not one of %s%s"
              .formatted(
                  shorten(word),
                  String.join(", ", words.keySet().stream().sorted().toList()),
                  Spelling.hint(word, words.keySet())));
    }
    return value;
  }

  public boolean isList() {
    return node instanceof SequenceNode;
  }

  public boolean isMapping() {
    return node instanceof MappingNode;
  }

  /// An error about this place, to be thrown by a reader that knows what the document means.
  public BadYamlException wrong(String problem) {
    return wrong(node, problem);
  }

  private BadYamlException wrong(Node at, String problem) {
    return new BadYamlException(file, at.getStartMark().getLine() + 1, path, problem);
  }

  private MappingNode mapping() throws BadYamlException {
    if (node instanceof MappingNode mapping) {
      return mapping;
    }
    throw wrong("expected a mapping of keys to values, got " + kind());
  }

  private String scalar() throws BadYamlException {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw wrong("expected a single value, got " + kind());
  }

  private String bounded(String value, int max) throws BadYamlException {
    if (value.length() > max) {
      throw wrong("at most %d characters, got %d".formatted(max, value.length()));
    }
    if (value.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
      throw wrong("the text holds a control character; remove it");
    }
    return value;
  }

  private String kind() {
    return switch (node) {
      case MappingNode _ -> "a mapping";
      case SequenceNode _ -> "a list";
      case ScalarNode scalar when scalar.getValue().isEmpty() -> "nothing";
      case ScalarNode scalar -> "'%s'".formatted(shorten(scalar.getValue()));
      default -> "something else"; // SnakeYAML's node types are open
    };
  }

  private String keyOf(NodeTuple tuple) throws BadYamlException {
    if (tuple.getKeyNode() instanceof ScalarNode key) {
      return key.getValue();
    }
    throw wrong(tuple.getKeyNode(), "a key must be a plain word");
  }

  private YamlNode child(String key, NodeTuple tuple) {
    return new YamlNode(file, path.isEmpty() ? key : path + "." + key, tuple.getValueNode());
  }

  private void refuseDuplicateKeys() throws BadYamlException {
    if (node instanceof MappingNode mapping) {
      Map<String, Integer> lines = new HashMap<>();
      for (NodeTuple tuple : mapping.getValue()) {
        String key = keyOf(tuple);
        Integer first = lines.put(key, tuple.getKeyNode().getStartMark().getLine() + 1);
        if (first != null) {
          throw wrong(
              tuple.getKeyNode(),
              "the key '%s' stands here and on line %d; keep one".formatted(shorten(key), first));
        }
        child(key, tuple).refuseDuplicateKeys();
      }
    } else if (isList()) {
      for (YamlNode item : items(0, MAX_BYTES)) {
        item.refuseDuplicateKeys();
      }
    }
  }

  private static void refuseDepthAndIndirection(String name, String text) throws BadYamlException {
    int depth = 0;
    for (Event event : yaml().parse(new StringReader(text))) {
      int line = event.getStartMark().getLine() + 1;
      depth += event instanceof CollectionStartEvent ? 1 : 0;
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
      if (depth > MAX_DEPTH) { // at once: the parser's time grows with the square of the depth
        throw new BadYamlException(
            name, line, "", "nested deeper than %d levels; flatten it".formatted(MAX_DEPTH));
      }
      String anchor =
          switch (event) {
            case AliasEvent alias -> alias.getAnchor();
            case ScalarEvent scalar -> scalar.getAnchor();
            case CollectionStartEvent start -> start.getAnchor();
            default -> null; // SnakeYAML's events are open; the others carry no name
          };
      if (anchor != null) {
        throw new BadYamlException(
            name, line, "", "anchors and aliases (& and *) are not allowed; write the value out");
      }
      String tag =
          switch (event) {
            case ScalarEvent scalar -> scalar.getTag();
            case CollectionStartEvent start -> start.getTag();
            default -> null; // as above
          };
      if (tag != null) {
        throw new BadYamlException(
            name, line, "", "tags (!) are not allowed; write the plain value");
      }
    }
  }

  private static Yaml yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setCodePointLimit(MAX_BYTES);
    options.setMaxAliasesForCollections(0);
    return new Yaml(options);
  }

  private static String shorten(String value) {
    String printable = value.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    return printable.length() <= 40 ? printable : printable.substring(0, 40) + "…";
  }
}
