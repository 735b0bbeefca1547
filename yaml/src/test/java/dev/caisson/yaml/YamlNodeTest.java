package dev.caisson.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class YamlNodeTest {
  @Test
  void readsScalarsAsTheReaderWantsThem() throws Exception {
    YamlNode root = parse("a: no\nb: -3\nc: 1.5e2\nd: [x, {e: true}]\nf: \"\"\n");
    assertThat(root.keys()).containsExactly("a", "b", "c", "d", "f");
    assertThat(root.get("a").text(10)).isEqualTo("no");
    assertThat(root.get("b").integer(-5, 5)).isEqualTo(-3);
    assertThat(root.get("c").number()).isEqualTo(150);
    assertThat(root.get("d").items(2, 2).get(1).get("e").flag()).isTrue();
    assertThat(root.get("f").textOrEmpty(10)).isEmpty();
    assertThat(root.find("g")).isEmpty();
  }

  @Test
  void namesFileLinePathAndRemedy() {
    assertBad(
        () -> parse("a:\n  - b: 1\n  - b: x\n").get("a").items(0, 9).get(1).get("b").integer(0, 9),
        "plan.yaml, line 3, a[1].b: expected a whole number, got 'x'");
    assertBad(() -> parse("a: 1").get("b"), "plan.yaml, line 1: the key 'b' is missing; add it");
    assertBad(
        () -> parse("rounds: 1\nruonds: 2").only("rounds", "seed"),
        "plan.yaml, line 2: unknown key 'ruonds' (did you mean 'rounds'?);"
            + " known keys here: rounds, seed");
    assertBad(
        () -> parse("a: yess").get("a").choice(Map.of("yes", 1, "no", 2)),
        "line 1, a: 'yess' is not one of no, yes (did you mean 'yes'?)");
    assertBad(() -> parse("a: [1]").get("a").text(9), "a: expected a single value, got a list");
    assertBad(() -> parse("a: 7").get("a").items(0, 9), "a: expected a list, got '7'");
    assertBad(
        () -> parse("a:").get("a").get("b"), "expected a mapping of keys to values, got nothing");
    assertBad(() -> parse("a:").get("a").text(9), "fill it in or remove the key");
    assertBad(() -> parse("a: abc").get("a").text(2), "at most 2 characters, got 3");
    assertBad(() -> parse("a: \"\\a\"").get("a").text(9), "control character");
    assertBad(() -> parse("a: 10").get("a").integer(0, 9), "from 0 to 9, got 10");
    assertBad(() -> parse("a: .inf").get("a").number(), "expected a number, got '.inf'");
    assertBad(() -> parse("a: [1, 2, 3]").get("a").items(0, 2), "expected 0 to 2 items, got 3");
  }

  @Test
  void refusesADocumentThatMeansMoreThanItShows() {
    assertBad(() -> parse("a: 1\nb: 2\na: 3"), "line 3: the key 'a' stands here and on line 1");
    assertBad(
        () -> parse("x:\n  a: 1\n  a: 3"), "line 3, x: the key 'a' stands here and on line 2");
    assertBad(() -> parse("a: &x [1]\nb: *x"), "line 1: anchors and aliases");
    assertBad(() -> parse("a: &x 1"), "anchors and aliases");
    assertBad(() -> parse("a: !!java.net.URL [x]"), "line 1: tags (!) are not allowed");
    assertBad(() -> parse("a: !local 1"), "tags (!)");
    assertBad(() -> parse("? [a]\n: 1"), "a key must be a plain word");
    assertBad(() -> parse("a: 1\n---\nb: 2"), "not readable as YAML");
    assertBad(() -> parse("a: [1"), "not readable as YAML");
    assertBad(() -> parse(""), "the document is empty");
    assertBad(() -> YamlNode.read(Path.of("no/such.yaml")), "no/such.yaml: there is no such file");
  }

  @Test
  void boundsSizeAndDepthBeforeBuildingAnything() {
    assertBad(() -> parse("a: " + "x".repeat(256 * 1024)), "larger than 262,144 bytes");
    assertBad(() -> parse("[".repeat(100_000)), "line 1: nested deeper than 20 levels; flatten it");
    assertBad(() -> parse("- ".repeat(100_000)), "nested deeper than 20 levels");
    assertBad(() -> parse("a: ".repeat(1_000) + "1"), "not readable as YAML");
    assertBad(
        () -> YamlNode.parse("plan.yaml", new byte[] {'a', ':', ' ', (byte) 0xff}), "not UTF-8");
    // "billion laughs": each list holds the one before it nine times
    assertBad(
        () -> parse("a: &a [x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]"), "anchors and aliases");
  }

  /// 5,000 mutants of a valid document (fixed seed): read or refused, never another exception.
  @Test
  void everyMutantIsReadOrRefused() {
    byte[] valid =
        "a: {b: [1, \"x\"], c: 'y'}\nd: |\n  text\ne: &f 1\ng: *f\n# h\n"
            .getBytes(StandardCharsets.UTF_8);
    SplittableRandom random = new SplittableRandom(7);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] mutant = valid.clone();
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      try {
        YamlNode.parse("plan.yaml", mutant);
      } catch (BadYamlException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static YamlNode parse(String yaml) throws BadYamlException {
    return YamlNode.parse("plan.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertBad(ThrowingCallable reading, String part) {
    assertThatThrownBy(reading).isInstanceOf(BadYamlException.class).hasMessageContaining(part);
  }
}
