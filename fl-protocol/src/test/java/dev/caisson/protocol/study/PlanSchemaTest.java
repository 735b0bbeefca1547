package dev.caisson.protocol.study;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.caisson.protocol.strategy.Choice;
import dev.caisson.protocol.strategy.Key;
import dev.caisson.protocol.strategy.Strategies;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The published schema of plans says what [PlanReader] does.
final class PlanSchemaTest {
  private static final Path DOCS = Path.of("../docs");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode SCHEMA = schema();
  private static final Schema VALIDATOR =
      SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(SCHEMA);

  private static JsonNode schema() {
    try {
      return JSON.readTree(Files.readAllBytes(DOCS.resolve("reference/plan.schema.json")));
    } catch (IOException e) {
      throw new AssertionError("our own file", e);
    }
  }

  private static boolean valid(String yaml) {
    Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    return VALIDATOR.validate(JSON.valueToTree(document)).isEmpty();
  }

  private static boolean readable(String yaml) {
    try {
      Plans.read(yaml);
      return true;
    } catch (BadYamlException e) {
      return false;
    }
  }

  static List<String> examples() throws IOException {
    List<String> plans = new ArrayList<>(List.of(Plans.TEXT));
    try (Stream<Path> pages = Files.walk(DOCS)) {
      for (Path page : pages.filter(p -> p.toString().endsWith(".md")).toList()) {
        Matcher fenced =
            Pattern.compile("```yaml\n(version: caisson/study/v1\n.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(page));
        while (fenced.find()) {
          plans.add(fenced.group(1));
        }
      }
    }
    return plans;
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExamplePlanIsValidAndIsRead(String plan) {
    assertThat(valid(plan)).isTrue();
    assertThat(readable(plan)).isTrue();
  }

  @Test
  void thePagesShowExamples() throws Exception {
    assertThat(examples()).hasSizeGreaterThanOrEqualTo(3);
  }

  /// Bounds, one after the other: what the reader takes the schema takes, and what it refuses the
  /// schema refuses.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: small | name: Small | name: a",
        "rounds: 3 | rounds: 0 | rounds: 1",
        "rounds: 3 | rounds: 10001 | rounds: 10000",
        "rounds: 3 | rounds: 1.5 | rounds: 2",
        "seed: 7 | seed: -1 | seed: 0",
        "seed: 7 | seed: 2147483648 | seed: 2147483647",
        "fraction: 0.2 | fraction: 0.04 | fraction: 0.05",
        "fraction: 0.2 | fraction: 0.51 | fraction: 0.5",
        "inputs: 4 | inputs: 0 | inputs: 1",
        "inputs: 4 | inputs: 65537 | inputs: 65536",
        "hidden: [3] | hidden: [] | hidden: [1]",
        "kind: mlp | kind: cnn | kind: mlp",
        "epochs: 1 | epochs: 1001 | epochs: 1000",
        "batch: 16 | batch: 65537 | batch: 65536",
        "optimiser: sgd | optimiser: rmsprop | optimiser: adamw",
        "learning-rate: 0.1 | learning-rate: 0 | learning-rate: 10",
        "learning-rate: 0.1 | learning-rate: 10.1 | learning-rate: 0.0001",
        "momentum: 0.5 | momentum: 1 | momentum: 0",
        "weight-decay: 0.01 | weight-decay: 1.1 | weight-decay: 1",
        "threshold: 3 | threshold: 2 | threshold: 3",
        "clip-norm: 2 | clip-norm: 0 | clip-norm: 0.001",
        "clip-norm: 2 | clip-norm: 1000001 | clip-norm: 1000000",
        "mode: fixed-denominator | mode: equal | mode: fixed-denominator",
        "mode: fixed-denominator | mode: total | mode: fixed-denominator",
        "maximum: 500 | maximum: 100000001 | maximum: 100000000",
        "denominator: 300 | denominator: 0 | denominator: 1",
        "upload-after-ms: 0 | upload-after-ms: 3600001 | upload-after-ms: 10000",
        "seconds-per-round: 20 | seconds-per-round: 4 | seconds-per-round: 5",
        "smallest-cell: 5 | smallest-cell: 1 | smallest-cell: 2",
        "max-persons: 500 | max-persons: 100001 | max-persons: 100000",
        "sites: [a, b, c] | sites: [a, b] | sites: [a, b, d]"
      })
  void readerAndSchemaHaveTheSameBounds(String line, String bad, String good) {
    assertThat(Plans.TEXT).contains(line);
    agree(Plans.TEXT.replace(line, bad), false);
    agree(Plans.TEXT.replace(line, good), true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "personal: [head.weight, tail.*] | true",
        "personal: ['*'] | false",
        "personal: ['a*b'] | false",
        "personal: [a, a] | false",
        "personal: [] | false",
        "strategy: {name: fedopt} | false",
        "strategy: fedavg | false",
        "strategy: {name: fedprox} | false",
        "warm-start-signer: sha256:57c7d81cfffff445fb8094a6fe82928774fd6846b9c051327deb472af13f2b3e | false",
        "warm-start: sha256:57c7d81cfffff445fb8094a6fe82928774fd6846b9c051327deb472af13f2b3e | false"
      })
  void readerAndSchemaJudgeOptionalKeysAlike(String line, boolean sound) {
    agree(Plans.TEXT + line + "\n", sound);
  }

  private static void agree(String plan, boolean sound) {
    assertThat(readable(plan)).as("reader").isEqualTo(sound);
    assertThat(valid(plan)).as("schema").isEqualTo(sound);
  }

  /// Each mapping's keys, as the reader lists them when it meets one that it does not know.
  @ParameterizedTest
  @CsvSource({
    "'', /properties",
    "hold-out, /properties/hold-out/properties",
    "model, /properties/model/oneOf/0/properties",
    "training, /properties/training/properties",
    "aggregation, /properties/aggregation/properties",
    "aggregation.weights, /properties/aggregation/properties/weights/oneOf/1/properties",
    "audit, /properties/audit/properties"
  })
  void readerAndSchemaKnowTheSameKeys(String section, String pointer) {
    String last = section.substring(section.lastIndexOf('.') + 1);
    String plan =
        section.isEmpty()
            ? Plans.TEXT + "zzz: 1\n"
            : Plans.TEXT.replaceFirst(
                "( *)" + Pattern.quote(last) + ":\n( +)", "$1" + last + ":\n$2zzz: 1\n$2");
    Set<String> inSchema = new TreeSet<>();
    SCHEMA.at(pointer).fieldNames().forEachRemaining(inSchema::add);
    try {
      Plans.read(plan);
      throw new AssertionError("an unknown key was read");
    } catch (BadYamlException e) {
      String words = String.valueOf(e.getMessage());
      assertThat(words).contains("unknown key 'zzz'");
      assertThat(Set.of(words.split("known keys here: ", -1)[1].split(", ", -1)))
          .isEqualTo(inSchema);
    }
    assertThat(valid(plan)).isFalse();
  }

  @Test
  void everyStrategyIsInTheSchemaAsTheReaderTakesIt() {
    JsonNode branches = SCHEMA.at("/properties/strategy/oneOf");
    assertThat(branches).hasSize(Strategies.ALL.size());
    for (int i = 0; i < branches.size(); i++) {
      Choice choice = Strategies.ALL.get(i);
      JsonNode branch = branches.get(i);
      assertThat(branch.at("/properties/name/const").textValue()).isEqualTo(choice.name());
      assertThat(branch.get("description").textValue()).isEqualTo(choice.meaning());
      assertThat(branch.get("additionalProperties").booleanValue()).isFalse();
      assertThat(branch.get("properties")).hasSize(1 + choice.keys().size());
      for (Key key : choice.keys()) {
        JsonNode property = branch.get("properties").get(key.name());
        assertThat(property.get("minimum").doubleValue()).isEqualTo(key.least());
        assertThat(property.get("maximum").doubleValue()).isEqualTo(key.most());
        assertThat(property.get("description").textValue()).isEqualTo(key.meaning());
        assertThat(property.path("default").isNumber()).isEqualTo(key.usual().isPresent());
        key.usual()
            .ifPresent(usual -> assertThat(property.get("default").doubleValue()).isEqualTo(usual));
      }
    }
  }

  @Test
  void thePageListsEveryStrategyAndItsKeys() throws Exception {
    String page = Files.readString(DOCS.resolve("how-to/write-a-study-plan.md"));
    for (Choice choice : Strategies.ALL) {
      assertThat(page).contains("`%s`".formatted(choice.name()));
      choice.keys().forEach(key -> assertThat(page).contains("`%s`".formatted(key.name())));
    }
  }
}
