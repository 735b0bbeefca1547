package dev.caisson.airlock.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.scan.ScanLimits;
import dev.caisson.airlock.scan.StoredTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelFileScanTest {
  private final ModelFileScan scan = new ModelFileScan(ScanLimits.usual(), ArchiveLimits.usual());

  @Test
  void filesThatPyTorchWroteDoNotBlockAndGiveTheirNumbers() {
    for (String name : List.of("torch-script.pt", "torch-state.pt")) {
      ModelFileScan.Scanned scanned = scan.scan(Zips.resource(name));
      assertThat(scanned.format()).isEqualTo(ModelFileScan.Format.TORCH);
      assertThat(scanned.scan().findings()).as(name).noneMatch(Finding::blocks);
      assertThat(scanned.tensors()).as(name).hasSize(9);
      assertThat(scanned.tensors())
          .extracting(StoredTensor::values)
          .anyMatch(v -> v.length == 96 && Math.abs(v[5]) > 1e-3);
    }
  }

  @Test
  void aDl4jZipDoesNotBlockAndGivesItsNumbers() {
    ModelFileScan.Scanned scanned = scan.scan(Zips.zip(Zips.dl4j()));
    assertThat(scanned.format()).isEqualTo(ModelFileScan.Format.DL4J);
    assertThat(scanned.scan().findings()).allMatch(f -> f.status() == Finding.Status.PASS);
    assertThat(scanned.tensors().getFirst().values()).containsExactly(0.25f, -0.5f, 0.125f, 2);
  }

  @Test
  void blocksASliceSavedWithTheWholeTableBehindIt() {
    assertBlocks(Zips.resource("torch-view.pt"), "torch.storages", "594 of 600 numbers");
  }

  @Test
  void refusesPicklesThatCallAnythingElse() {
    assertPickle("cposix\nsystem\nX\2\0\0\0id\u0085R.", "pickle.names", "posix.system");
    assertPickle("(S'id'\niposix\nsystem\n.", "pickle.reads", "opcode 0x53");
    assertPickle("ctorch\nFloatStorage\n)R.", "pickle.calls", "torch.FloatStorage");
    assertPickle("ctorch\nFloatStorage\n)\u0081.", "pickle.calls", "not the archive's own");
    assertPickle("}}b.", "pickle.calls", "sets the state");
    assertPickle("X\1\0\0\0aX\1\0\0\0b\u0093.", "pickle.reads", "opcode 0x93");
    assertPickle("\u0082\1.", "pickle.reads", "opcode 0x82");
    assertPickle("h\7.", "pickle.reads", "did not keep");
    assertPickle("R.", "pickle.reads", "not there");
    assertPickle("N.smuggled", "pickle.reads", "after its end");
    assertPickle("X\0\0\0@a.", "pickle.reads", "a text of 1073741824 bytes");
    assertPickle("c__torch__.a\nos.system\n)\u0081.", "pickle.names", "os.system", false);
  }

  private void assertPickle(String opcodes, String check, String what) {
    assertPickle(opcodes, check, what, true);
  }

  private void assertPickle(String opcodes, String check, String what, boolean refused) {
    byte[] pickle = ("\u0080\2" + opcodes).getBytes(StandardCharsets.ISO_8859_1);
    Map<String, byte[]> entries = Zips.unzip(Zips.resource("torch-state.pt"));
    entries.put("torch-state/data.pkl", pickle);
    if (refused) {
      assertBlocks(Zips.zip(entries), check, what);
    } else {
      // a dotted name below __torch__ is a class of the archive: no module of Python
      assertThat(scan.scan(Zips.zip(entries)).scan().findings())
          .noneMatch(f -> f.check().equals(check));
    }
  }

  @Test
  void blocksStoragesThatNoTensorNamesAndSizesThatLie() {
    Map<String, byte[]> parcel = Zips.unzip(Zips.resource("torch-state.pt"));
    parcel.put("torch-state/data/99", new byte[4000]);
    assertBlocks(Zips.zip(parcel), "torch.storages", "4000 bytes that no tensor names");
    Map<String, byte[]> longer = Zips.unzip(Zips.resource("torch-state.pt"));
    longer.put("torch-state/data/0", new byte[388]);
    assertBlocks(Zips.zip(longer), "torch.storages", "declares 96 numbers");
    Map<String, byte[]> extra = Zips.unzip(Zips.resource("torch-script.pt"));
    extra.put("torch-script/extra/rows.csv", new byte[10]);
    assertBlocks(Zips.zip(extra), "torch.entries", "no TorchScript reader needs");
    Map<String, byte[]> code = Zips.unzip(Zips.resource("torch-script.pt"));
    code.put("torch-script/code/__torch__/x.py", new byte[] {1, 2, 3});
    assertBlocks(Zips.zip(code), "torch.texts", "no plain text");
    code.put("torch-script/code/__torch__/x.py", new byte[5 << 20]);
    assertBlocks(Zips.zip(code), "archive.sizes", "");
  }

  @Test
  void refusesJavaSerialisationAndFlagsWhatShouldBeStripped() {
    Map<String, byte[]> entries = Zips.dl4j();
    entries.put("updaterState.bin", Zips.array(1, 2, 3));
    entries.put("normalizer.bin", Zips.normalizer("MIN_MAX", new byte[16], Zips.array(17.5f)));
    ModelFileScan.Scanned scanned = scan.scan(Zips.zip(entries));
    assertThat(scanned.scan().blocks()).isFalse();
    assertThat(warnings(scanned)).contains("dl4j.updater-state", "dl4j.normalizer");
    entries.put("normalizer.bin", Zips.normalizer("STANDARDIZE", Zips.array(1), Zips.array(2)));
    entries.remove("updaterState.bin");
    assertThat(warnings(scan.scan(Zips.zip(entries)))).isEmpty();

    entries.put("preprocessor.bin", new byte[] {(byte) 0xac, (byte) 0xed, 0, 5});
    assertBlocks(Zips.zip(entries), "dl4j.java-serialisation", "run code");
    entries.remove("preprocessor.bin");
    entries.put("objects/x", new byte[] {1});
    assertBlocks(Zips.zip(entries), "dl4j.java-serialisation", "run code");
    entries.remove("objects/x");
    entries.put("normalizer.bin", Zips.normalizer("CUSTOM"));
    assertBlocks(Zips.zip(entries), "dl4j.java-serialisation", "by name");
    entries.put("normalizer.bin", new byte[] {(byte) 0xac, (byte) 0xed, 0, 5, 1, 1});
    assertThat(scan.scan(Zips.zip(entries)).scan().blocks()).isTrue();
  }

  private static List<String> warnings(ModelFileScan.Scanned scanned) {
    return scanned.scan().findings().stream()
        .filter(f -> f.status() == Finding.Status.WARN)
        .map(Finding::check)
        .toList();
  }

  @Test
  void blocksDl4jArraysAndClassesThatLie() {
    Map<String, byte[]> entries = Zips.dl4j();
    byte[] array = Zips.array(1, 2);
    byte[] huge = array.clone();
    // the shape's second dimension, and what the second buffer's length says
    ByteBuffer.wrap(huge).putLong(18 + 8 + 6 + 16, 1L << 40);
    entries.put("coefficients.bin", huge);
    assertBlocks(Zips.zip(entries), "dl4j.arrays", "impossible dimensions");
    entries.put("coefficients.bin", Arrays.copyOf(array, array.length + 3));
    assertBlocks(Zips.zip(entries), "dl4j.arrays", "after the last array");
    entries.put("coefficients.bin", Arrays.copyOf(array, array.length - 3));
    assertBlocks(Zips.zip(entries), "dl4j.arrays", "has 5 bytes");
    entries.put("coefficients.bin", array);
    entries.put(
        "configuration.json", "{\"@class\": \"java.net.URL\"}".getBytes(StandardCharsets.UTF_8));
    assertBlocks(Zips.zip(entries), "dl4j.configuration", "java.net.URL");
  }

  @Test
  void refusesZipBombsBeforeItUnpacksThem() {
    Map<String, byte[]> entries = Zips.dl4j();
    entries.put("coefficients.bin", new byte[64 << 20]);
    assertBlocks(Zips.zip(entries), "archive.sizes", "more than 100 times");
    // declared small, really large: unpacking stops at the declared size
    byte[] lying = Zips.zip(entries);
    int central = indexOf(lying, "coefficients.bin", lying.length - 200) - 46;
    ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).putInt(central + 24, 1000);
    assertBlocks(lying, "archive.readable", "disagree");
    // 5 GB declared
    byte[] vast = Zips.zip(Zips.dl4j());
    int entry = indexOf(vast, "coefficients.bin", vast.length - 120) - 46;
    ByteBuffer.wrap(vast).order(ByteOrder.LITTLE_ENDIAN).putInt(entry + 24, 0xfffffff0);
    assertBlocks(vast, "archive.sizes", "declares 4294967280 bytes");
  }

  @Test
  void refusesWhatTwoReadersCouldSeeDifferently() {
    byte[] zip = Zips.zip(Zips.dl4j());
    assertBlocks(Arrays.copyOf(zip, zip.length + 5), "archive.readable", "bytes after it");
    byte[] prefixed = new byte[zip.length + 4];
    System.arraycopy(zip, 0, prefixed, 4, zip.length);
    prefixed[0] = 'P';
    prefixed[1] = 'K';
    assertBlocks(prefixed, "archive.readable", "");
    byte[] renamed = zip.clone();
    renamed[indexOf(zip, "coefficients.bin", 0)] = 'k';
    assertBlocks(renamed, "archive.readable", "disagree");
    Map<String, byte[]> escaping = new LinkedHashMap<>(Zips.dl4j());
    escaping.put("../../etc/x", new byte[1]);
    assertBlocks(Zips.zip(escaping), "archive.names", "leads out");
    assertBlocks(new byte[] {(byte) 0x80, 4, 'N', '.'}, "file.format", "bare pickle");
    assertBlocks(Zips.zip(Map.of("a.txt", new byte[1])), "file.format", "neither");
  }

  private static int indexOf(byte[] bytes, String text, int from) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text, from);
  }

  private void assertBlocks(byte[] file, String check, String what) {
    ModelFileScan.Scanned scanned = scan.scan(file);
    assertThat(scanned.scan().findings())
        .anyMatch(f -> f.blocks() && f.check().equals(check) && f.what().contains(what));
    assertThat(scanned.tensors()).isEmpty();
  }
}
