package dev.caisson.runtime.pytorch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A TorchScript archive around a program's text: a stored zip of four small entries, as
/// `torch.jit.save` lays them out (`torch/csrc/jit/serialization`, format version 10, so that
/// operators have their present meaning). The two pickles are fixed bytes: an object of class
/// `Model` without fields, and an empty tuple of constants.
final class ScriptArchive {
  private static final String OBJECT = "\u0080\u0002c__torch__\nModel\nq\0)\u0081}(ub.";
  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private ScriptArchive() {}

  static byte[] of(String program) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      store(zip, "model/data.pkl", OBJECT.getBytes(StandardCharsets.ISO_8859_1));
      store(zip, "model/code/__torch__.py", program.getBytes(StandardCharsets.UTF_8));
      store(zip, "model/constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
      store(zip, "model/version", "10\n".getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException("an array in memory takes every byte", e);
    }
    return out.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
