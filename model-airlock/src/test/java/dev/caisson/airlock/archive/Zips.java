package dev.caisson.airlock.archive;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Archives for tests to spoil: a DL4J zip as `ModelSerializer` lays it out (made here by its
/// source, not by DL4J), and PyTorch's own fixtures, to be repacked with one entry changed.
public final class Zips {
  private Zips() {}

  public static byte[] resource(String name) {
    try (InputStream in = Zips.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Map<String, byte[]> dl4j() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(
        "configuration.json",
        """
        {"confs": [{"layer": {"@class": "org.deeplearning4j.nn.conf.layers.DenseLayer", "nin": 3}}]}
        """
            .getBytes(StandardCharsets.UTF_8));
    entries.put("coefficients.bin", array(0.25f, -0.5f, 0.125f, 2));
    return entries;
  }

  /// Some numbers as one row, as `Nd4j.write` writes them.
  public static byte[] array(float... values) {
    return bytes(
        out -> {
          out.writeUTF("MIXED_DATA_TYPES");
          out.writeLong(8);
          out.writeUTF("LONG");
          for (long info : new long[] {2, 1, values.length, values.length, 1, 8192, 1, 'c'}) {
            out.writeLong(info);
          }
          out.writeUTF("MIXED_DATA_TYPES");
          out.writeLong(values.length);
          out.writeUTF("FLOAT");
          for (float value : values) {
            out.writeFloat(value);
          }
        });
  }

  static byte[] normalizer(String kind, byte[]... arrays) {
    return bytes(
        out -> {
          out.writeUTF("NORMALIZER");
          out.writeInt(1);
          out.writeUTF(kind);
          out.writeBoolean(false);
          for (byte[] array : arrays) {
            out.write(array);
          }
        });
  }

  interface Written {
    void to(DataOutputStream out) throws IOException;
  }

  static byte[] bytes(Written written) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      written.to(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  public static byte[] zip(Map<String, byte[]> entries) {
    return bytes(
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            zip.putNextEntry(new ZipEntry(entry.getKey()));
            zip.write(entry.getValue());
          }
          zip.finish();
        });
  }

  /// By our own reader: Java's stream cannot read PyTorch's stored entries.
  static Map<String, byte[]> unzip(byte[] file) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try {
      ZipFile zip = ZipReader.read(file, ArchiveLimits.usual());
      for (ZipFile.Entry entry : zip.entries()) {
        entries.put(entry.name(), zip.content(entry));
      }
    } catch (BadArchiveException e) {
      throw new IllegalStateException(e);
    }
    return entries;
  }
}
