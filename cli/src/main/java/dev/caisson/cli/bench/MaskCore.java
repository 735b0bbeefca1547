package dev.caisson.cli.bench;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.masking.Block;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The core of masking beside the least that it could cost: AES-256-CTR from one cipher a key that
/// never changes, in pieces of 16 KiB, added to 64 KiB of 32-bit numbers. Both on one thread, in
/// turns, in processor time; the figure of each is its best turn, because other work on the machine
/// only makes a turn slower.
///
/// @param ours billions of residues masked a second of processor time
/// @param bare the same of the bare loop
record MaskCore(double ours, double bare) {
  private static final int KEYS = 20;
  private static final int TURNS = 40;
  private static final int PIECE = 1 << 14;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final Layout LAYOUT = new Layout(1 << 20, 24);

  double ratio() {
    return ours / bare;
  }

  static MaskCore measure() throws GeneralSecurityException {
    SecureRandom random = new SecureRandom();
    List<Mask> masks = new ArrayList<>();
    List<Cipher> ciphers = new ArrayList<>();
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
    double ours = 0;
    double bare = 0;
    try (Block block = new Block(LAYOUT)) {
      for (int turn = 0; turn < TURNS; turn++) {
        ours = Math.max(ours, rate(() -> ours(block, masks)));
        bare = Math.max(bare, rate(() -> bare(ciphers)));
      }
    }
    return new MaskCore(ours, bare);
  }

  private interface Turn {
    void run() throws GeneralSecurityException;
  }

  private static double rate(Turn turn) throws GeneralSecurityException {
    long start = CLOCK.getCurrentThreadCpuTime();
    turn.run();
    return (double) KEYS * LAYOUT.lanes() / (CLOCK.getCurrentThreadCpuTime() - start);
  }

  private static void ours(Block block, List<Mask> masks) {
    for (int number = 0; number < Block.count(LAYOUT); number++) {
      block.move(number);
      block.apply(masks);
    }
  }

  private static void bare(List<Cipher> ciphers) throws GeneralSecurityException {
    byte[] zeros = new byte[PIECE];
    byte[] stream = new byte[PIECE];
    IntBuffer keys = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    int[] lanes = new int[Layout.CHUNK_LANES];
    for (int chunk = 0; chunk < LAYOUT.chunks(); chunk++) {
      for (Cipher cipher : ciphers) {
        for (int first = 0; first < lanes.length; first += PIECE / Integer.BYTES) {
          cipher.update(zeros, 0, PIECE, stream, 0);
          add(lanes, first, keys);
        }
      }
    }
  }

  private static void add(int[] into, int first, IntBuffer keys) {
    int end = first + PIECE / Integer.BYTES;
    for (int i = first; i < end; i++) {
      into[i] += keys.get(i - first);
    }
  }
}
