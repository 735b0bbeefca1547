package dev.caisson.protocol.study;

import dev.caisson.protocol.strategy.StateShape;
import dev.caisson.protocol.strategy.StateSource;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which model parameter stands where in the flat vector that is trained, summed and attacked. The
/// vector's bytes are little-endian 32-bit floats, in the order of this list; it has at most 2^31-1
/// values, which are 8 GiB.
public record ParameterManifest(List<Entry> entries) {
  private static final String DOMAIN = "caisson/parameters/v2";
  private static final int MAX_ENTRIES = 100_000;
  private static final int MAX_NAME = 1 << 20;
  private static final int MAX_RANK = 1 << 16;

  /// Values that are turned into bytes at a time.
  private static final int PIECE = 1 << 14;

  /// @param offset of the first value in the flat vector
  /// @param digest of the initial values' bytes
  /// @param statistic whether no gradient trains it: a running mean or variance, which strategies
  ///   average plainly
  public record Entry(
      String name, List<Integer> shape, int offset, Digest digest, boolean statistic) {
    /// One that is trained.
    public Entry(String name, List<Integer> shape, int offset, Digest digest) {
      this(name, shape, offset, digest, false);
    }

    public Entry {
      shape = List.copyOf(shape);
      long length = 1;
      for (int size : shape) {
        if (size < 1 || (length *= size) > Integer.MAX_VALUE) {
          throw new IllegalArgumentException(
              "parameter '%s' has an impossible shape %s".formatted(name, shape));
        }
      }
    }

    public int length() {
      return shape.stream().reduce(1, (a, b) -> a * b);
    }
  }

  public ParameterManifest {
    entries = List.copyOf(entries);
    if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "a manifest has 1 to %d parameters, got %d".formatted(MAX_ENTRIES, entries.size()));
    }
    long offset = 0;
    Set<String> names = new HashSet<>();
    for (Entry entry : entries) {
      if (entry.offset() != offset) {
        throw new IllegalArgumentException(
            "parameter '%s' starts at %d instead of %d"
                .formatted(entry.name(), entry.offset(), offset));
      }
      if (!names.add(entry.name())) {
        throw new IllegalArgumentException("two parameters are named '%s'".formatted(entry.name()));
      }
      offset += entry.length();
      if (offset > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "more than %d values (at parameter '%s') fit no vector"
                .formatted(Integer.MAX_VALUE, entry.name()));
      }
    }
  }

  /// Values in the flat vector.
  public int length() {
    Entry last = entries.getLast();
    return last.offset() + last.length();
  }

  /// Which entries of the vector are trained.
  public StateShape shape() {
    return new StateShape(
        length(),
        entries.stream()
            .filter(Entry::statistic)
            .map(entry -> new StateShape.Run(entry.offset(), entry.length()))
            .toList());
  }

  public Digest digest() {
    return Digest.of(encoded());
  }

  /// The bytes that [#decode] reads again.
  public byte[] encoded() {
    FieldWriter out = new FieldWriter(DOMAIN).number(entries.size());
    for (Entry entry : entries) {
      out.text(entry.name()).number(entry.shape().size());
      entry.shape().forEach(out::number);
      out.number(entry.offset()).digest(entry.digest()).number(entry.statistic() ? 1 : 0);
    }
    return out.toBytes();
  }

  public static ParameterManifest decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    try {
      List<Entry> entries = new ArrayList<>();
      for (int left = in.number(1, MAX_ENTRIES); left > 0; left--) {
        String name = in.text(MAX_NAME);
        List<Integer> shape = new ArrayList<>();
        for (int rank = in.number(0, MAX_RANK); rank > 0; rank--) {
          shape.add(in.number(1, Integer.MAX_VALUE));
        }
        entries.add(
            new Entry(
                name, shape, in.number(0, Integer.MAX_VALUE), in.digest(), in.number(0, 1) == 1));
      }
      in.end();
      return new ParameterManifest(entries);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(String.valueOf(e.getMessage()), e);
    }
  }

  /// Names the first parameter whose initial values in `vector` are not those of this manifest. A
  /// vector that arrives in pieces is checked by [ParameterCheck].
  public void check(float[] vector) {
    if (vector.length != length()) {
      throw new IllegalArgumentException(
          "the vector has %d values, the manifest %d".formatted(vector.length, length()));
    }
    for (Entry entry : entries) {
      if (!digest(vector, entry.offset(), entry.length()).equals(entry.digest())) {
        throw otherValues(entry);
      }
    }
  }

  static IllegalArgumentException otherValues(Entry entry) {
    return new IllegalArgumentException(
        "parameter '%s' does not have the values that the manifest states".formatted(entry.name()));
  }

  /// The wire and digest form of a vector that fits an array of bytes, which is half a billion
  /// values; longer ones are an `ArithmeticException`.
  public static byte[] bytes(float[] vector) {
    return bytes(vector, 0, vector.length);
  }

  /// The digest of a vector's bytes, whatever its length; the bytes are made piece by piece.
  public static Digest digest(float[] vector) {
    return digest(vector, 0, vector.length);
  }

  private static Digest digest(float[] vector, int offset, int length) {
    MessageDigest sha = Digest.sha256();
    for (int done = 0; done < length; ) {
      int size = Math.min(PIECE, length - done);
      sha.update(bytes(vector, offset + done, size));
      done += size;
    }
    return Digest.ofBytes(sha.digest());
  }

  /// Reads the wire form; refuses NaN and infinities, which no honest model holds.
  public static float[] vector(byte[] bytes) {
    if (bytes.length % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "%d bytes are not a whole number of 32-bit floats".formatted(bytes.length));
    }
    float[] vector = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    requireFinite(vector, vector.length, 0);
    return vector;
  }

  /// Reads so many values from anywhere; refuses the same.
  public static float[] vector(StateSource source, int length) throws IOException {
    float[] vector = new float[length];
    float[] piece = new float[Math.min(PIECE, length)];
    for (int from = 0; from < length; from += PIECE) {
      int size = Math.min(PIECE, length - from);
      source.read(from, piece, size);
      requireFinite(piece, size, from);
      System.arraycopy(piece, 0, vector, from, size);
    }
    return vector;
  }

  private static void requireFinite(float[] values, int size, int first) {
    for (int i = 0; i < size; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "value %d of a state vector is not finite".formatted(first + i));
      }
    }
  }

  /// The same of some of its values.
  public static byte[] bytes(float[] vector, int offset, int length) {
    ByteBuffer out =
        ByteBuffer.allocate(Math.multiplyExact(length, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    out.asFloatBuffer().put(vector, offset, length);
    return out.array();
  }
}
