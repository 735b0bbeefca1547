package dev.caisson.airlock.evidence;

import dev.caisson.trust.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The secret of the place where models are assessed. Digests of tables are keyed by it, so that a
/// log does not tell whoever has a guess of the table that the guess is right; and the seed of an
/// audit follows from it and the model, so that whoever submits a model cannot choose the luck of
/// its draws.
///
/// Losing it makes earlier attempts on the same data look like attempts on others'.
final class AssessKey implements AutoCloseable {
  static final int BYTES = 32;
  private static final int MOST_FILES = 1_000_000;

  private final byte[] secret;

  private AssessKey(byte[] secret) {
    this.secret = secret;
  }

  /// Reads the key from this file, or makes it there on first use, readable by its owner alone.
  static AssessKey at(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      create(file);
    }
    EnumSet<PosixFilePermission> others = EnumSet.allOf(PosixFilePermission.class);
    others.removeAll(PosixFilePermissions.fromString("rwx------"));
    others.retainAll(Files.getPosixFilePermissions(file));
    if (!others.isEmpty()) {
      throw new IOException(
          "%s may be used by others than its owner: chmod 600 it".formatted(file));
    }
    if (!Files.isRegularFile(file) || Files.size(file) != BYTES) {
      throw new IOException(
          "%s is no key of %d bytes: put the right one back from a backup".formatted(file, BYTES));
    }
    return new AssessKey(Files.readAllBytes(file));
  }

  /// A key that is no secret, so that a test's digests are always the same.
  static AssessKey insecureForTests(byte[] secret) {
    return new AssessKey(Arrays.copyOf(secret, BYTES));
  }

  /// Written whole before it has its name, so that no crash leaves half a key.
  private static void create(Path file) throws IOException {
    byte[] secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    Path fresh =
        Files.createTempFile(
            file.toAbsolutePath().getParent(),
            "assess",
            ".key",
            PosixFilePermissions.asFileAttribute(ownerOnly()));
    try {
      Files.write(fresh, secret, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
      Files.createLink(file, fresh); // fails, unlike a move, if another was first
    } catch (FileAlreadyExistsException e) {
      // another process made the key in the meantime: that one counts
    } finally {
      Arrays.fill(secret, (byte) 0);
      Files.delete(fresh);
    }
  }

  /// HMAC-SHA256 of a file's bytes, read in pieces; of a folder, of the sorted names of its files
  /// with each one's length and content. Links and other special files in a folder are refused.
  Digest keyed(Path data) throws IOException {
    Path path = data.toRealPath();
    if (!Files.isDirectory(path)) {
      Mac mac = mac("file");
      update(mac, path);
      return Digest.ofBytes(mac.doFinal());
    }
    Mac mac = mac("folder");
    List<Path> files;
    try (Stream<Path> walk = Files.walk(path)) {
      files =
          walk.filter(p -> !Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS))
              .limit(MOST_FILES + 1L)
              .toList();
    }
    if (files.size() > MOST_FILES) {
      throw new IOException("%s holds more than %d files".formatted(path, MOST_FILES));
    }
    List<String> names = files.stream().map(f -> path.relativize(f).toString()).sorted().toList();
    for (String name : names) {
      Path file = path.resolve(name);
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(
            "%s is no plain file: a folder of data holds nothing else".formatted(file));
      }
      byte[] text = name.getBytes(StandardCharsets.UTF_8);
      mac.update(ByteBuffer.allocate(4).putInt(text.length).array());
      mac.update(text);
      mac.update(ByteBuffer.allocate(8).putLong(Files.size(file)).array());
      update(mac, file);
    }
    return Digest.ofBytes(mac.doFinal());
  }

  private static void update(Mac mac, Path file) throws IOException {
    byte[] piece = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        mac.update(piece, 0, read);
      }
    }
  }

  /// The seed of everything that is drawn when this model is assessed.
  long seed(Digest model) {
    Mac mac = mac("seed");
    return ByteBuffer.wrap(mac.doFinal(model.bytes())).getLong();
  }

  private Mac mac(String purpose) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update(("caisson/assess/v1/" + purpose + "\0").getBytes(StandardCharsets.US_ASCII));
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform must have HmacSHA256", e);
    }
  }

  /// In constant time.
  @Override
  public boolean equals(Object other) {
    return other instanceof AssessKey k && MessageDigest.isEqual(secret, k.secret);
  }

  @Override
  public int hashCode() {
    return AssessKey.class.hashCode(); // says nothing of the secret
  }

  @Override
  public void close() {
    Arrays.fill(secret, (byte) 0);
  }

  @Override
  public String toString() {
    return "AssessKey[secret]";
  }

  static Set<PosixFilePermission> ownerOnly() {
    return PosixFilePermissions.fromString("rw-------");
  }
}
