package dev.caisson.airlock.policy;

import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A policy as an assessment uses it: what it says, the digest of its bytes, and whether it is the
/// environment's. All three are of the same bytes, read once.
public record PolicyFile(Policy policy, Digest digest, Standing standing) {

  /// The default, for assessments without a policy. It never supports a release.
  public static PolicyFile standard() {
    return new PolicyFile(
        Policy.standard(), Digest.of(Policy.standardText()), new Standing.Missing());
  }

  /// Reads a policy and the signature beside it.
  ///
  /// @param trusted whose signature counts
  public static PolicyFile read(Path file, Optional<Identity> trusted)
      throws IOException, BadYamlException {
    byte[] bytes = bytes(file);
    Policy policy = Policy.parse(file.toString(), bytes);
    Path beside = signatureOf(file);
    Optional<byte[]> signature =
        Files.isRegularFile(beside)
            ? Optional.of(head(beside, SignedPolicy.MAX_BYTES))
            : Optional.empty();
    return new PolicyFile(policy, Digest.of(bytes), SignedPolicy.verify(bytes, signature, trusted));
  }

  /// Where the signature of a policy lies.
  public static Path signatureOf(Path file) {
    return file.resolveSibling(file.getFileName() + SignedPolicy.SUFFIX);
  }

  /// A policy's bytes, one more than [Policy#MAX_BYTES] at most: [Policy#parse] refuses those.
  public static byte[] bytes(Path file) throws IOException, BadYamlException {
    if (!Files.isRegularFile(file)) {
      YamlNode.read(file); // says so in the words of all our YAML files
    }
    return head(file, Policy.MAX_BYTES);
  }

  private static byte[] head(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(most + 1);
    }
  }
}
