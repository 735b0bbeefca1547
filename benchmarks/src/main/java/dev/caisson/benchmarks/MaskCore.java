package dev.caisson.benchmarks;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.masking.Block;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The core of masking beside the least that it could cost: AES-256-CTR from one cipher a key that
/// never changes, in pieces of 16 KiB, added to 64 KiB of 32-bit numbers. One thread; an operation
/// is one residue masked once, so a score in operations a nanosecond is in billions of residues a
/// second.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 3,
    // as in jvm.flags of the command, which says why
    jvmArgsAppend = {
      "-Xmx512m",
      "-XX:+UseSerialGC",
      "-XX:CompileCommand=inline,jdk.internal.misc.Unsafe::getIntUnaligned"
    })
public class MaskCore {
  private static final int KEYS = 20;
  private static final int LANES = 1 << 20;
  private static final int PIECE = 1 << 14;
  private static final Layout LAYOUT = new Layout(LANES, 24);

  private final List<Mask> masks = new ArrayList<>();
  private final List<Cipher> ciphers = new ArrayList<>();
  private final Block block = new Block(LAYOUT);
  private final byte[] zeros = new byte[PIECE];
  private final byte[] stream = new byte[PIECE];
  private final IntBuffer numbers =
      ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
  private final int[] lanes = new int[Layout.CHUNK_LANES];

  /// Draws the keys of both sides.
  @Setup
  public void draw() throws GeneralSecurityException {
    if (LAYOUT.lanes() != LANES) {
      throw new IllegalStateException("both sides must mask as many residues");
    }
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < KEYS; i++) {
      try (Secret seed = Secret.random(Secret.BYTES, random)) {
        masks.add(Mask.ofPair(seed, Digest.ofText("d1"), i % 2 == 0));
        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(
            Cipher.ENCRYPT_MODE,
            new SecretKeySpec(seed.bytes(), "AES"),
            new IvParameterSpec(new byte[16]));
        ciphers.add(cipher);
      }
    }
  }

  @TearDown
  public void wipe() {
    masks.forEach(Mask::close);
    block.close();
  }

  /// As sites and coordinator mask.
  @Benchmark
  @OperationsPerInvocation(KEYS * LANES)
  public Block ours() {
    for (int number = 0; number < Block.count(LAYOUT); number++) {
      block.move(number);
      block.apply(masks);
    }
    return block;
  }

  /// The same amount of key stream, added, and nothing else.
  @Benchmark
  @OperationsPerInvocation(KEYS * LANES)
  public int[] bare() throws GeneralSecurityException {
    for (int chunk = 0; chunk < LANES / Layout.CHUNK_LANES; chunk++) {
      for (Cipher cipher : ciphers) {
        for (int first = 0; first < lanes.length; first += PIECE / Integer.BYTES) {
          cipher.update(zeros, 0, PIECE, stream, 0);
          add(first);
        }
      }
    }
    return lanes;
  }

  private void add(int first) {
    int[] into = lanes;
    IntBuffer keys = numbers;
    int end = first + PIECE / Integer.BYTES;
    for (int i = first; i < end; i++) {
      into[i] += keys.get(i - first);
    }
  }
}
