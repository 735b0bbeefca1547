package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.policy.AssessorHome;
import dev.caisson.airlock.policy.Policy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `caisson airlock policy`, as a person in an environment uses it.
final class PolicyCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder = Path.of("");
  private Path policy = Path.of("");
  private String home = "";

  @BeforeEach
  void aPolicyToStartFrom() throws IOException {
    policy = folder.resolve("policy.yaml");
    home = folder.resolve("home").toString();
    Files.write(policy, Policy.standardText());
  }

  @Test
  void printedPolicyIsTheOneToStartFrom() {
    assertThat(run("airlock", "policy", "print")).isZero();
    assertThat(out.toString().getBytes(StandardCharsets.UTF_8)).isEqualTo(Policy.standardText());
  }

  @Test
  void checkSaysEveryNumberAndThatNobodySigned() {
    assertThat(check()).isEqualTo(3);
    assertThat(out.toString())
        .containsPattern("attacks.auc-block +0.65 +same +SACRO-ML, attack_report_formatter.py")
        .containsPattern("floors.references +16 +same +local, Caisson maintainers, 2026-11-26")
        .contains("nothing is looser than the default", "label-only   on binary, multiclass")
        .contains("not signed: there is no signature file", "no assessment under it supports");
  }

  @Test
  void signedPolicyIsSignedUntilItIsChanged() throws Exception {
    assertThat(run("airlock", "policy", "sign", policy.toString(), "--home", home)).isZero();
    String signer =
        AssessorHome.at(Path.of(home)).trustedSigner().orElseThrow().fingerprint().toString();
    assertThat(out.toString()).contains("made a key in " + home, "signer " + signer);
    assertThat(folder.resolve("policy.yaml.sig")).exists();
    assertThat(check()).isZero();
    assertThat(out.toString()).contains("signed on 2", "by " + signer);

    Files.writeString(policy, Files.readString(policy) + "# a word more\n");
    assertThat(check()).isEqualTo(3);
    assertThat(out.toString()).contains("the policy was changed after it was signed");
    assertThat(run("airlock", "policy", "sign", policy.toString(), "--home", home)).isZero();
    assertThat(out.toString()).doesNotContain("made a key");
    assertThat(check()).isZero();
  }

  @Test
  void anotherHomeDoesNotTrustTheSignature() {
    assertThat(run("airlock", "policy", "sign", policy.toString(), "--home", home)).isZero();
    assertThat(run("airlock", "policy", "check", policy.toString())).isEqualTo(3);
    assertThat(out.toString()).contains("which this airlock does not trust: it has no trusted");
  }

  @Test
  void looserNumbersAreNamedBeforeAnybodySigns() throws Exception {
    change("auc-block: {value: .65", "auc-block: {value: .9");
    assertThat(check()).isEqualTo(3);
    assertThat(out.toString())
        .containsPattern("attacks.auc-block +0.9 +0.65")
        .contains("looser than the default:", "attacks.auc-block is 0.9, the default is 0.65");
    assertThat(run("airlock", "policy", "sign", policy.toString(), "--home", home)).isZero();
    assertThat(out.toString()).contains("attacks.auc-block is 0.9, the default is 0.65");
  }

  @Test
  void invalidPolicyIsNamedByLineAndNeverSigned() throws Exception {
    change("references: {value: 16", "references: {value: 0");
    assertThat(check()).isEqualTo(1);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("policy.yaml, line 28, floors.references.value: at least 1 reference model");
    assertThat(run("airlock", "policy", "sign", policy.toString(), "--home", home)).isEqualTo(1);
    assertThat(err.toString()).contains("caisson: not signed: ");
    assertThat(folder.resolve("policy.yaml.sig")).doesNotExist();
    assertThat(Path.of(home)).doesNotExist();
    assertThat(run("airlock", "policy", "check", folder.resolve("none.yaml").toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains("none.yaml: there is no such file");
  }

  private void change(String from, String to) throws IOException {
    Files.writeString(policy, Files.readString(policy).replace(from, to));
  }

  private int check() {
    return run("airlock", "policy", "check", policy.toString(), "--home", home);
  }

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }
}
