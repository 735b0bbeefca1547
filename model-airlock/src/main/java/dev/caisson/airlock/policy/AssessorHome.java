package dev.caisson.airlock.policy;

import dev.caisson.airlock.CanonicalJson;
import dev.caisson.airlock.release.SignerFile;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// The folder of an environment's own assessments: whose policy counts here, and the key to sign
/// one. Trust is exactly as good as this folder: whoever writes to it decides whose policy counts,
/// so only the environment's staff should.
///
/// `policy-signer.pub` is enough to assess; `policy-signer.key` (mode 600) is only where policies
/// are signed.
public final class AssessorHome {
  /// The usual name, beside the policy or the results.
  public static final String USUAL_NAME = ".caisson-airlock";

  private static final String KEY = "policy-signer.key";
  private static final String PUBLIC = "policy-signer.pub";

  private final Path folder;

  private AssessorHome(Path folder) {
    this.folder = folder;
  }

  /// A folder that need not be there yet.
  public static AssessorHome at(Path folder) {
    return new AssessorHome(folder);
  }

  /// @param fresh whether the key was made by this call
  public record Signer(IdentityKey key, boolean fresh) {}

  public Path folder() {
    return folder;
  }

  /// Whose signature counts here; nobody's, in a home where no policy was ever signed.
  public Optional<Identity> trustedSigner() throws IOException, MalformedException {
    Path file = folder.resolve(PUBLIC);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(SignedPolicy.MAX_BYTES + 1);
      return Optional.of(CanonicalJson.read(bytes, SignerFile.class).identity());
    } catch (MalformedException e) {
      throw new MalformedException(
          "%s does not hold a signer's public keys; copy it anew from where policies are signed"
              .formatted(file),
          e);
    }
  }

  /// The key to sign policies with, made at the first call. A key whose public half is not the one
  /// trusted here is refused: its signatures would not count.
  public Signer signer() throws IOException, MalformedException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path file = folder.resolve(KEY);
    Optional<Identity> trusted = trustedSigner();
    boolean fresh = !Files.exists(file);
    if (fresh && trusted.isPresent()) {
      throw new IOException(
          "%s trusts %s, whose key is not here: sign where that key is, or name another folder with --home"
              .formatted(folder, trusted.get().fingerprint()));
    }
    if (fresh) {
      IdentityKey.generate().store(file);
    }
    IdentityKey key = IdentityKey.load(file);
    if (trusted.isEmpty()) {
      Files.write(folder.resolve(PUBLIC), CanonicalJson.write(SignerFile.of(key.identity())));
    } else if (!trusted.get().equals(key.identity())) {
      throw new IOException(
          "%s and %s are of different signers; remove whichever is not yours"
              .formatted(file, folder.resolve(PUBLIC)));
    }
    return new Signer(key, fresh);
  }
}
