package dev.caisson.client.round;

import dev.caisson.client.study.LocalStudy;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a site carries from round to round of one plan and shows nobody: its control variate and
/// its personal parameters, in one vector. Derived from its persons; in a file of its owner's
/// alone.
///
/// Guarantee: what is carried *at* a state does not depend on how often that state was tried. What
/// a round would make of it is kept beside it, and takes effect only at another state, one that
/// comes after a sum which covers this site. So a round that is tried again on the same state
/// starts from the same numbers, and the site's input is the same. The file changes after the
/// journal took the round's upload and before any of it is sent: what lies there belongs to the
/// input by which the site is bound.
///
/// Not guaranteed: that an old copy of the file is noticed. The journal then refuses a second,
/// different input for a state; for a new state the site goes on from older numbers, which leaves
/// SCAFFOLD beside its minimum.
///
/// One thread at a time.
final class Carried {
  private static final String DOMAIN = "caisson/carried/v1";

  /// Says whether a sum that gave the study's later states covers what this site sent for `base`,
  /// in the round with this number.
  @FunctionalInterface
  interface Counted {
    boolean in(Digest base, long number);
  }

  private final @Nullable Path file;
  private final Digest first;
  private final float[] initial;
  private Digest base;
  private long number;
  private float[] now;
  private float[] next;

  private Carried(@Nullable Path file, LocalStudy study, Digest first) {
    this.file = file;
    this.first = first;
    this.initial = study.initiallyCarried();
    this.base = first;
    this.now = initial;
    this.next = initial;
  }

  /// Nothing that outlives the process; for studies that carry nothing, and tests.
  static Carried inMemory(LocalStudy study, Digest first) {
    return new Carried(null, study, first);
  }

  /// What lies in this folder for the study's plan; as it begins where nothing does.
  ///
  /// @param first the digest of the study's first state
  /// @param tookPart whether this site answered rounds of the plan, so that something must lie
  ///   there
  /// @throws IOException where the file cannot be read, is none of this plan and model, or is gone
  static Carried in(Path folder, LocalStudy study, Digest first, boolean tookPart)
      throws IOException {
    if (study.initiallyCarried().length == 0) {
      return inMemory(study, first);
    }
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path file = folder.resolve(study.plan().digest().hex());
    WholeFile.removeDrafts(file); // each as long as the model
    Carried carried = new Carried(file, study, first);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      try {
        carried.read(file);
      } catch (MalformedException e) {
        throw new IOException(
            "%s is damaged, or of another model: %s; without it this site cannot go on in the plan's studies"
                .formatted(file, e.getMessage()),
            e);
      }
    } else if (tookPart) {
      throw new IOException(
          "%s is gone, though this site took part in the plan's rounds; put it back from a backup. From the beginning's numbers it would bend the study for all"
              .formatted(file));
    }
    return carried;
  }

  /// Numbers that are carried.
  int length() {
    return initial.length;
  }

  /// What is carried at a state; whoever gets it must not change it.
  float[] at(Digest state, Counted counted) {
    if (state.equals(base)) {
      return now;
    }
    if (state.equals(first)) {
      return initial; // of another study of this plan, whatever was carried in one before
    }
    return counted.in(base, number) ? next : now;
  }

  /// Remembers what a round on this state makes of what is carried at it, durably.
  void keep(Digest state, long round, float[] at, float[] after) throws IOException {
    if (at.length != length() || after.length != length()) {
      throw new IllegalArgumentException("of another model");
    }
    if (length() == 0
        || (state.equals(base)
            && round == number
            && Arrays.equals(at, now)
            && Arrays.equals(after, next))) {
      return;
    }
    if (file != null) {
      WholeFile.replace(file, encoded(state, round, at, after));
    }
    base = state;
    number = round;
    now = at.clone();
    next = after.clone();
  }

  private static byte[] encoded(Digest state, long round, float[] at, float[] after) {
    byte[] body =
        new FieldWriter(DOMAIN)
            .digest(state)
            .number(round)
            .number(at.length)
            .bytes(bytes(at))
            .bytes(bytes(after))
            .toBytes();
    ByteBuffer out = ByteBuffer.allocate(body.length + Digest.BYTES);
    return out.put(body).put(Digest.of(body).bytes()).array();
  }

  private void read(Path file) throws IOException, MalformedException {
    long most = 2L * length() * Float.BYTES + 512;
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > most) {
      throw new MalformedException("no plain file of at most %d bytes".formatted(most));
    }
    byte[] content = Files.readAllBytes(file);
    if (content.length <= Digest.BYTES) {
      throw new MalformedException("it ends early");
    }
    int end = content.length - Digest.BYTES;
    byte[] body = Arrays.copyOf(content, end);
    if (!Arrays.equals(Digest.of(body).bytes(), 0, Digest.BYTES, content, end, content.length)) {
      throw new MalformedException("its digest differs");
    }
    FieldReader in = new FieldReader(DOMAIN, body);
    Digest state = in.digest();
    long round = in.number();
    if (in.number() != length()) {
      throw new MalformedException("another number of values");
    }
    float[] at = floats(in.exactly(length() * Float.BYTES));
    float[] after = floats(in.exactly(length() * Float.BYTES));
    in.end();
    base = state;
    number = round;
    now = at;
    next = after;
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer out =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.asFloatBuffer().put(values);
    return out.array();
  }

  private static float[] floats(byte[] bytes) throws MalformedException {
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new MalformedException("a value is not finite");
      }
    }
    return values;
  }

  @Override
  public String toString() {
    return "Carried[withheld]";
  }
}
