package dev.caisson.airlock.archive;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.scan.Findings;
import dev.caisson.airlock.scan.StoredTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A zip that `torch.save` or `torch.jit.save` wrote: which entries it has, what its pickles would
/// do, and whether every stored number belongs to a tensor (a slice that was saved keeps the whole
/// table behind it).
///
/// Not judged: what the TorchScript code computes. It is bounded and never run.
final class TorchArchive {
  private static final String DATA = "data/";

  private final ZipFile zip;
  private final ArchiveLimits limits;
  private final Findings entries = new Findings("torch.entries");
  private final Findings storages = new Findings("torch.storages");
  private final Findings texts = new Findings("torch.texts");
  private final Map<String, ZipFile.Entry> data = new HashMap<>();
  private final List<PickleReader> pickles = new ArrayList<>();
  private final List<StoredTensor> tensors = new ArrayList<>();

  private TorchArchive(ZipFile zip, ArchiveLimits limits) {
    this.zip = zip;
    this.limits = limits;
  }

  static boolean suits(ZipFile zip) {
    return zip.entries().stream().anyMatch(e -> e.name().matches("[^/]+/data\\.pkl"));
  }

  record Content(List<Finding> findings, List<StoredTensor> tensors) {}

  static Content read(ZipFile zip, ArchiveLimits limits) throws BadArchiveException {
    TorchArchive archive = new TorchArchive(zip, limits);
    String name = zip.entries().getFirst().name();
    String root = name.substring(0, name.indexOf('/') + 1);
    for (ZipFile.Entry entry : zip.entries()) {
      if (!entry.name().startsWith(root)) {
        archive.entries.block("an entry outside the archive's folder", entry.name());
      } else {
        archive.entry(entry, entry.name().substring(root.length()));
      }
    }
    archive.storages();
    List<Finding> findings = new ArrayList<>();
    findings.addAll(archive.entries.orPass("%d known entries".formatted(zip.entries().size())));
    findings.add(
        Finding.pass("pickle.calls", "%d pickles, never run".formatted(archive.pickles.size())));
    findings.addAll(archive.storages.orPass("every stored number belongs to a tensor"));
    findings.addAll(archive.texts.orPass("no text beyond names"));
    return new Content(findings, archive.tensors);
  }

  private void entry(ZipFile.Entry entry, String name) throws BadArchiveException {
    if (name.matches("(data|constants)/\\d{1,9}")) {
      data.put(name, entry);
    } else if (name.equals("data.pkl") || name.equals("constants.pkl")) {
      pickles.add(pickle(entry));
    } else if (name.matches("code/[A-Za-z0-9_./]+\\.py\\.debug_pkl")) {
      pickle(entry);
      texts.warn("tells paths and source of the machine that wrote it: strip it", entry.name());
    } else if (name.matches("code/[A-Za-z0-9_./]+\\.py")) {
      code(entry);
    } else if (name.matches(
        "version|byteorder|\\.data/serialization_id|\\.format_version|\\.storage_alignment")) {
      small(entry);
    } else {
      entries.block("an entry that no TorchScript reader needs", entry.name());
    }
  }

  private PickleReader pickle(ZipFile.Entry entry) throws BadArchiveException {
    text(entry);
    PickleReader pickle = PickleReader.read(zip.content(entry), entry.name(), limits.opcodes());
    if (pickle.longestText() > 4096) {
      texts.warn("a text of %d bytes".formatted(pickle.longestText()), entry.name());
    }
    return pickle;
  }

  private void code(ZipFile.Entry entry) throws BadArchiveException {
    text(entry);
    for (byte b : zip.content(entry)) {
      if (b < 0x20 && b != '\n' && b != '\t' && b != '\r') {
        texts.block("code that is no plain text", entry.name());
        return;
      }
    }
  }

  private void text(ZipFile.Entry entry) throws BadArchiveException {
    if (entry.size() > limits.textBytes()) {
      throw new BadArchiveException(
          "archive.sizes",
          "%d bytes, at most %d".formatted(entry.size(), limits.textBytes()),
          "entry " + entry.name());
    }
  }

  private void small(ZipFile.Entry entry) throws BadArchiveException {
    if (entry.size() > 64) {
      entries.block("%d bytes where a number is kept".formatted(entry.size()), entry.name());
    } else if (!new String(zip.content(entry), java.nio.charset.StandardCharsets.ISO_8859_1)
        .strip()
        .matches("little|[0-9.]{1,64}")) {
      entries.block("is neither 'little' nor a number", entry.name());
    }
  }

  private void storages() throws BadArchiveException {
    Map<String, PickleValue.Storage> wanted = new HashMap<>();
    Map<String, Long> covered = new HashMap<>();
    for (int i = 0; i < pickles.size(); i++) {
      PickleReader pickle = pickles.get(i);
      for (PickleValue.Storage storage : pickle.storages().values()) {
        wanted.put(place(storage.key()), storage);
      }
      for (PickleReader.View view : pickle.views()) {
        long end = end(view);
        if (end < 0 || end > view.storage().numbers()) {
          storages.block("a tensor reaches beyond its storage", "storage " + view.storage().key());
        }
        covered.merge(place(view.storage().key()), count(view), Long::sum);
      }
    }
    for (Map.Entry<String, ZipFile.Entry> stored : data.entrySet()) {
      PickleValue.Storage storage = wanted.remove(stored.getKey());
      ZipFile.Entry entry = stored.getValue();
      if (storage == null) {
        storages.block("%d bytes that no tensor names".formatted(entry.size()), entry.name());
        continue;
      }
      int width = TorchNames.width(storage.type());
      if (width == 0 || storage.numbers() < 0 || storage.numbers() * width != entry.size()) {
        storages.block(
            "declares %d numbers of %s and has %d bytes"
                .formatted(storage.numbers(), storage.type(), entry.size()),
            entry.name());
        continue;
      }
      long seen = covered.getOrDefault(stored.getKey(), 0L);
      if (seen < storage.numbers()) {
        storages.block(
            "%d of %d numbers belong to no tensor: a slice was saved with all that is behind it"
                .formatted(storage.numbers() - seen, storage.numbers()),
            entry.name());
      }
      tensors.add(tensor(entry, storage));
    }
    for (String missing : wanted.keySet()) {
      storages.block("a tensor's numbers are not there", missing);
    }
  }

  private String place(String key) {
    return data.containsKey("constants/" + key) && !data.containsKey(DATA + key)
        ? "constants/" + key
        : DATA + key;
  }

  /// One past the last number that the view reads; -1 if it is not a view.
  private static long end(PickleReader.View view) {
    if (view.size().size() != view.stride().size() || view.offset() < 0) {
      return -1;
    }
    long last = view.offset();
    boolean empty = false;
    for (int i = 0; i < view.size().size(); i++) {
      long size = view.size().get(i);
      long stride = view.stride().get(i);
      if (size < 0 || stride < 0 || size > Integer.MAX_VALUE || stride > Integer.MAX_VALUE) {
        return -1;
      }
      empty |= size == 0;
      last += (size - 1) * stride;
      if (last > Integer.MAX_VALUE) {
        return -1;
      }
    }
    return empty ? view.offset() : last + 1;
  }

  private static long count(PickleReader.View view) {
    long count = 1;
    for (int i = 0; i < view.size().size(); i++) {
      long size = view.size().get(i);
      boolean repeats = i < view.stride().size() && view.stride().get(i) == 0;
      count = repeats ? count : size < 0 || count > Integer.MAX_VALUE ? 0 : count * size;
    }
    return count;
  }

  private StoredTensor tensor(ZipFile.Entry entry, PickleValue.Storage storage)
      throws BadArchiveException {
    ByteBuffer in = ByteBuffer.wrap(zip.content(entry)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[(int) storage.numbers()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (storage.type()) {
            case "torch.DoubleStorage" -> (float) in.getDouble();
            case "torch.FloatStorage" -> in.getFloat();
            case "torch.HalfStorage" -> Float.float16ToFloat(in.getShort());
            case "torch.BFloat16Storage" -> Float.intBitsToFloat(in.getShort() << 16);
            case "torch.LongStorage" -> (float) in.getLong();
            case "torch.IntStorage" -> (float) in.getInt();
            case "torch.ShortStorage" -> (float) in.getShort();
            case "torch.CharStorage" -> (float) in.get();
            default -> (float) (in.get() & 0xff);
          };
    }
    return new StoredTensor(entry.name(), List.of(values.length), values);
  }
}
