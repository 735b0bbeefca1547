package dev.caisson.secagg.journal;

import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;

/// How far a site's journal was, as that site itself signed it: the process that ran
/// (`incarnation`, drawn at random whenever the journal is opened) and its height.
public record Sighting(long incarnation, long height) {
  /// No journal grows beyond this; a larger claim is refused where it is read.
  public static final long MAX_HEIGHT = 1L << 48;

  /// A claim beyond this is a lie, over which no custodian need climb: no journal goes on from
  /// further than here, which leaves 2^40 entries to come, more than it will ever write.
  public static final long MAX_RESUMED = MAX_HEIGHT - (1L << 40);

  public Sighting {
    if (height < 0 || height > MAX_HEIGHT) {
      throw new IllegalArgumentException("a height is 0..2^48, got %d".formatted(height));
    }
  }

  /// Appends this to an encoding.
  public void write(FieldWriter out) {
    out.number(incarnation).number(height);
  }

  /// Reads what [#write] wrote.
  public static Sighting read(FieldReader in) throws MalformedException {
    long incarnation = in.number();
    long height = in.number();
    if (height < 0 || height > MAX_HEIGHT) {
      throw new MalformedException("a journal's height is 0..2^48, got %d".formatted(height));
    }
    return new Sighting(incarnation, height);
  }
}
