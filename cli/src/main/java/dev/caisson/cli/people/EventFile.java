package dev.caisson.cli.people;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.zip.CRC32C;

/// A file of scalars that TensorBoard reads: TFRecords (length, masked CRC-32C of the length, data,
/// masked CRC-32C of the data) of `tensorflow.Event` messages, encoded by hand because four fields
/// are all that is needed (tensorflow/core/util/event.proto, summary.proto).
public final class EventFile implements AutoCloseable {
  private static final String VERSION = "brain.Event:2";
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int MAX_TAG = 200;

  private final OutputStream out;

  private EventFile(OutputStream out) {
    this.out = out;
  }

  /// Makes a new event file in this folder, which is made too.
  ///
  /// @param began enters the name, by which TensorBoard orders files
  public static EventFile create(Path folder, Instant began) throws IOException {
    Files.createDirectories(folder);
    Path file =
        folder.resolve("events.out.tfevents.%010d.caisson".formatted(began.getEpochSecond()));
    EventFile events =
        new EventFile(
            Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    events.record(event(began, 0, field(3, VERSION.getBytes(StandardCharsets.UTF_8))));
    return events;
  }

  /// Adds one point of a curve.
  public void scalar(String tag, long step, Instant at, double value) throws IOException {
    if (tag.isEmpty() || tag.length() > MAX_TAG) {
      throw new IllegalArgumentException("a tag has 1 to %d characters".formatted(MAX_TAG));
    }
    ByteArrayOutputStream point = new ByteArrayOutputStream();
    point.writeBytes(field(1, tag.getBytes(StandardCharsets.UTF_8)));
    point.write((2 << 3) | 5); // simple_value, 32-bit
    point.writeBytes(little(Float.BYTES).putFloat((float) value).array());
    record(event(at, step, field(5, field(1, point.toByteArray()))));
  }

  private static byte[] event(Instant at, long step, byte[] what) {
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    event.write((1 << 3) | 1); // wall_time, 64-bit, seconds
    event.writeBytes(little(Double.BYTES).putDouble(at.toEpochMilli() / 1000.0).array());
    if (step != 0) {
      event.write(2 << 3);
      varint(event, step);
    }
    event.writeBytes(what);
    return event.toByteArray();
  }

  private static byte[] field(int number, byte[] content) {
    ByteArrayOutputStream field = new ByteArrayOutputStream();
    field.write((number << 3) | 2);
    varint(field, content.length);
    field.writeBytes(content);
    return field.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private void record(byte[] data) throws IOException {
    byte[] length = little(Long.BYTES).putLong(data.length).array();
    out.write(length);
    out.write(little(Integer.BYTES).putInt(masked(length)).array());
    out.write(data);
    out.write(little(Integer.BYTES).putInt(masked(data)).array());
  }

  private static int masked(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
