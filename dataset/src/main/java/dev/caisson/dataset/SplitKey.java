package dev.caisson.dataset;

import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;

/// The secret of a site from which every study's hold-out follows: the same plan always gives the
/// same hold-out, so whoever submits a plan again learns nothing from a second draw. The coins by
/// which a round's numbers are rounded follow from it too, so that a round that is repeated can
/// give the same sum.
///
/// Not guaranteed: a *changed* plan draws anew. A custodian's policy must count the studies on one
/// table. Losing the key changes later draws only; a stolen key tells who was held out.
public final class SplitKey implements AutoCloseable {
  private static final int BYTES = 32;
  private static final String FILE_DOMAIN = "caisson/split-key/v1";
  private static final String STUDY = "caisson/dataset/v1/hold-out-study";
  private static final String COINS = "caisson/dataset/v1/round-coins";

  private final byte[] secret;
  private boolean closed;

  private SplitKey(byte[] secret) {
    this.secret = secret;
  }

  public static SplitKey generate() {
    byte[] secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    return new SplitKey(secret);
  }

  /// A key that is no secret, so that a test's draw is always the same.
  static SplitKey insecureForTests(byte[] secret) {
    return new SplitKey(Arrays.copyOf(secret, BYTES));
  }

  /// Reads what [#store] wrote. A file that others may read is refused.
  public static SplitKey load(Path file) throws IOException, MalformedException {
    EnumSet<PosixFilePermission> others = EnumSet.allOf(PosixFilePermission.class);
    others.removeAll(PosixFilePermissions.fromString("rwx------"));
    others.retainAll(Files.getPosixFilePermissions(file));
    if (!others.isEmpty()) {
      throw new IOException(
          "%s may be used by others than its owner: chmod 600 it".formatted(file));
    }
    FieldReader in = new FieldReader(FILE_DOMAIN, WholeFile.read(file, 1_024));
    byte[] secret = in.exactly(BYTES);
    in.end();
    return new SplitKey(secret);
  }

  /// Writes the key to a new file with mode 600, whole or not at all; an existing file is never
  /// overwritten.
  public synchronized void store(Path file) throws IOException {
    checkOpen();
    byte[] content = new FieldWriter(FILE_DOMAIN).bytes(secret).toBytes();
    WholeFile.create(file, content);
  }

  /// The hold-out of one study: its seed is HMAC-SHA256(this key, digest of the plan).
  public synchronized HoldOut holdOut(Digest plan, double fraction) {
    checkOpen();
    return new HoldOut(seedFor(plan), fraction);
  }

  /// 32 secret bytes for the work on one state within one scope; the same whenever it is repeated.
  public synchronized byte[] coins(Digest scope, Digest state) {
    checkOpen();
    return HoldOut.hmac(secret)
        .doFinal(new FieldWriter(COINS).digest(scope).digest(state).toBytes());
  }

  synchronized byte[] seedFor(Digest plan) {
    checkOpen();
    return HoldOut.hmac(secret).doFinal(new FieldWriter(STUDY).digest(plan).toBytes());
  }

  @Override
  public synchronized void close() {
    Arrays.fill(secret, (byte) 0);
    closed = true;
  }

  /// In constant time.
  @Override
  public boolean equals(Object other) {
    return other instanceof SplitKey k && MessageDigest.isEqual(secret, k.secret);
  }

  @Override
  public int hashCode() {
    return SplitKey.class.hashCode(); // says nothing of the secret
  }

  @Override
  public String toString() {
    return "SplitKey[secret]";
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("this key was closed");
    }
  }
}
