package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.release.BundleVerifier;
import dev.caisson.airlock.release.Trust;
import dev.caisson.airlock.release.Verification;
import dev.caisson.cli.endtoend.Caisson.Ended;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `caisson verify` on the bundle of a real demo, and on copies that somebody has changed.
final class VerifyIT {
  private static final int FLIPS_PER_FILE = 40;

  @TempDir private Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before each
  private FinishedDemo demo;

  private Path copy = Path.of("");

  @BeforeEach
  void copyBundle() throws Exception {
    demo = FinishedDemo.get();
    copy = Files.createDirectory(directory.resolve("bundle"));
    for (Path file : FinishedDemo.files(demo.bundle())) {
      Files.copy(file, copy.resolve(demo.bundle().relativize(file)));
    }
  }

  @Test
  void releasedBundleHoldsAndSaysThatItsSignerIsUnknown() throws Exception {
    Ended ended = verify();
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out())
        .contains("is as it was released", "reviewer-ada and reviewer-ben", "unpinned key");
  }

  @Test
  void signerThatWeTrustIsSaid() throws Exception {
    String signer = demo.json().get("signer").textValue();
    Ended ended = verify("--signer", signer);
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out()).contains("signed by the trusted key " + signer);
  }

  @Test
  void anotherSignerIsRefused() throws Exception {
    String stranger = Digest.of(new byte[] {1}).toString();
    Ended ended = verify("--signer", stranger);
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains("NOT as it was released", "signer.json: is not the key");
  }

  @Test
  void signerThatIsNoFingerprintIsAWrongArgument() throws Exception {
    Ended ended = verify("--signer", "ada");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err().lines()).hasSize(2).last().asString().startsWith("try: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.onnx",
        "dossier.json",
        "dossier.html",
        "provenance.json",
        "decisions.json",
        "signer.json",
        "release.intoto.dsse.json"
      })
  void flippedByteIsNamed(String file) throws Exception {
    flip(copy.resolve(file), Files.size(copy.resolve(file)) / 2, 0x01);
    Ended ended = verify();
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains("  " + file + ": ").doesNotContain("\tat ");
  }

  /// Every file, at places and with bits that a fixed seed picks: spread over signatures, base64,
  /// white space and digits.
  @Test
  void flippedByteAnywhereIsNamed() throws Exception {
    assertThat(BundleVerifier.verify(copy, new Trust.Nobody()))
        .isInstanceOf(Verification.Verified.class);
    Random places = new Random(20);
    for (Path file : FinishedDemo.files(copy)) {
      byte[] original = Files.readAllBytes(file);
      for (int i = 0; i < FLIPS_PER_FILE; i++) {
        int at = i == 0 ? 0 : i == 1 ? original.length - 1 : places.nextInt(original.length);
        flip(file, at, 1 << places.nextInt(8));
        assertThat(BundleVerifier.verify(copy, new Trust.Nobody()))
            .as("byte %d of %s", at, file)
            .isInstanceOfSatisfying(
                Verification.Failed.class,
                failed ->
                    assertThat(failed.problems())
                        .anyMatch(problem -> problem.file().equals(name(file))));
        Files.write(file, original);
      }
    }
  }

  @Test
  void missingFileAndExtraFileAreNamed() throws Exception {
    Files.delete(copy.resolve("decisions.json"));
    Files.writeString(copy.resolve("weights.pt"), "more");
    Ended ended = verify();
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err())
        .contains("decisions.json: is missing", "weights.pt: does not belong to a release bundle");
  }

  @Test
  void folderThatIsNoBundleIsOneLine() throws Exception {
    try (Stream<Path> files = Files.list(copy)) {
      copy = files.findFirst().orElseThrow();
    }
    Ended ended = verify();
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err().lines()).hasSize(1).first().asString().contains("is not a folder");
  }

  private Ended verify(String... options) throws IOException, InterruptedException {
    List<String> arguments =
        Stream.concat(Stream.of("verify", copy.toString()), Stream.of(options)).toList();
    return new Caisson(directory).run(arguments.toArray(String[]::new));
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static void flip(Path file, long at, int bit) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[(int) at] ^= (byte) bit;
    Files.write(file, content);
  }
}
