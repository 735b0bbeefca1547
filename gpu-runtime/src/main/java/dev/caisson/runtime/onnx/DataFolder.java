package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The data files beside a model, or the data part of a [Container]. Only regular files of the
/// model's own folder, by their plain names: no path, no link. They are mapped, one mapping a file,
/// so that what is not looked at costs no memory, and offsets beyond 2 GiB work; each tensor's
/// place is checked against the real size of the file first.
///
/// Not guaranteed: anything about a file that someone shortens or changes while the model is in use
/// (Java then throws an `InternalError`, or the numbers change).
final class DataFolder implements ExternalData {
  private static final Set<String> KEYS = Set.of("location", "offset", "length", "checksum");

  /// Exporters write one file, some old ones a file per tensor.
  private static final int MOST_FILES = 4096;

  private final @Nullable Path folder;
  private final Map<String, ByteBuffer> changed;
  private final Map<String, MemorySegment> files = new HashMap<>();
  private final Map<String, Piece> pieces = new LinkedHashMap<>();

  /// The part of a data file that is a tensor's.
  record Piece(String tensor, String file, long offset, long length) {
    long end() {
      return offset + length;
    }
  }

  DataFolder(Path folder) {
    this(folder, Map.of());
  }

  private DataFolder(@Nullable Path folder, Map<String, ByteBuffer> changed) {
    this.folder = folder;
    this.changed = changed;
  }

  /// These bytes by this name, and nothing else.
  static DataFolder of(String name, MemorySegment content) {
    DataFolder only = new DataFolder(null, Map.of());
    only.files.put(name, content);
    return only;
  }

  /// The same files, but with these bytes for some tensors.
  DataFolder with(Map<String, ByteBuffer> changedTensors) {
    DataFolder other = new DataFolder(folder, Map.copyOf(changedTensors));
    other.files.putAll(files);
    return other;
  }

  @Override
  public ByteBuffer content(OnnxMl.TensorProto tensor, String where, long bytes)
      throws InvalidModelException {
    Map<String, String> entries = entries(tensor, where);
    String name = entries.getOrDefault("location", "");
    requirePlain(name, where);
    long offset = number(entries.get("offset"), 0, "offset", where);
    long length = number(entries.get("length"), bytes, "length", where);
    if (length != bytes) {
      throw new InvalidModelException(
          "%s needs %d bytes of '%s', its entry says %d".formatted(where, bytes, name, length));
    }
    if (bytes > Integer.MAX_VALUE) {
      throw new InvalidModelException(
          "%s has %d bytes; one tensor may have 2 GiB".formatted(where, bytes));
    }
    MemorySegment file = file(name, where);
    if (offset > file.byteSize() - bytes) {
      throw new InvalidModelException(
          "%s lies at bytes %d to %d of '%s', which has %d; the data file is cut or not this model's"
              .formatted(where, offset, offset + bytes, name, file.byteSize()));
    }
    pieces.put(tensor.getName(), new Piece(tensor.getName(), name, offset, bytes));
    ByteBuffer instead = changed.get(tensor.getName());
    return instead == null ? file.asSlice(offset, bytes).asByteBuffer() : instead.duplicate();
  }

  /// Whether these are files of their own.
  boolean isApart() {
    return folder != null;
  }

  /// Refuses bytes that are no tensor's, which nobody would look at.
  void requireNoSpareBytes() throws InvalidModelException {
    Map<String, Long> used = new HashMap<>();
    List<Piece> ordered =
        pieces.values().stream()
            .sorted(Comparator.comparing(Piece::file).thenComparingLong(Piece::offset))
            .toList();
    for (Piece piece : ordered) {
      long end = used.getOrDefault(piece.file(), 0L);
      if (piece.offset() > end) {
        throw spare(piece.file(), end);
      }
      used.put(piece.file(), Math.max(end, piece.end()));
    }
    for (Map.Entry<String, MemorySegment> file : files.entrySet()) {
      long end = used.getOrDefault(file.getKey(), 0L);
      if (end < file.getValue().byteSize()) {
        throw spare(file.getKey(), end);
      }
    }
  }

  private static InvalidModelException spare(String file, long from) {
    return new InvalidModelException(
        "'%s' has bytes from %d on that no tensor uses".formatted(file, from));
  }

  /// The tensors found here, in the order of the model file.
  Map<String, Piece> pieces() {
    return pieces;
  }

  /// Refuses a parameter that shares bytes with another tensor: it could not be written back.
  /// Constants may overlap, which is how exporters store equal ones.
  void requireOwnBytes(List<Parameter> parameters) throws InvalidModelException {
    Set<String> trained = new HashSet<>();
    parameters.forEach(parameter -> trained.add(parameter.name()));
    List<Piece> ordered =
        pieces.values().stream()
            .sorted(Comparator.comparing(Piece::file).thenComparingLong(Piece::offset))
            .toList();
    Piece furthest = null;
    Piece furthestTrained = null;
    for (Piece piece : ordered) {
      boolean trains = trained.contains(piece.tensor());
      Piece other = trains ? furthest : furthestTrained;
      if (other != null && overlap(other, piece)) {
        throw new InvalidModelException(
            "initializers '%s' and '%s' share bytes of '%s', and a weight is among them; export again with external_data=False"
                .formatted(other.tensor(), piece.tensor(), piece.file()));
      }
      furthest = further(furthest, piece);
      furthestTrained = trains ? further(furthestTrained, piece) : furthestTrained;
    }
  }

  private static boolean overlap(Piece earlier, Piece later) {
    return earlier.file().equals(later.file()) && later.offset() < earlier.end();
  }

  private static Piece further(@Nullable Piece known, Piece piece) {
    return known == null || !known.file().equals(piece.file()) || piece.end() > known.end()
        ? piece
        : known;
  }

  /// Writes each data file into another folder, with changed tensors in their places. Never over a
  /// file that is there.
  void copyTo(Path target) throws IOException {
    if (folder == null) {
      throw new IllegalStateException("a container is written whole");
    }
    for (String name : files.keySet()) {
      if (Files.exists(target.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(
            "%s is there already, maybe this or another model's data: write to another folder, or move that file away"
                .formatted(target.resolve(name)));
      }
    }
    for (String name : files.keySet()) {
      copy(folder, name, target.resolve(name));
    }
  }

  boolean holds(String file) {
    return files.containsKey(file);
  }

  private void copy(Path folder, String name, Path target) throws IOException {
    try (FileChannel in = open(folder.resolve(name));
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      MemorySegment known = files.get(name);
      if (known == null || in.size() != known.byteSize()) {
        throw new IOException(
            "%s has changed since the model was read".formatted(folder.resolve(name)));
      }
      long done = 0;
      while (done < in.size()) {
        long moved = in.transferTo(done, in.size() - done, out);
        if (moved <= 0) {
          throw new IOException("%s ends early".formatted(folder.resolve(name)));
        }
        done += moved;
      }
      for (Piece piece : pieces.values()) {
        ByteBuffer content = changed.get(piece.tensor());
        if (content != null && piece.file().equals(name)) {
          ByteBuffer rest = content.duplicate();
          while (rest.hasRemaining()) {
            out.write(rest, piece.offset() + rest.position());
          }
        }
      }
    }
  }

  private MemorySegment file(String name, String where) throws InvalidModelException {
    MemorySegment known = files.get(name);
    if (known != null) {
      return known;
    }
    if (files.size() == MOST_FILES) {
      throw new InvalidModelException(
          "the model has more than %d data files".formatted(MOST_FILES));
    }
    if (folder == null) {
      throw new InvalidModelException(
          "%s keeps its numbers in '%s', which is not in this file".formatted(where, name));
    }
    Path path = folder.resolve(name);
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        throw new InvalidModelException(
            "%s keeps its numbers in '%s', which is a link or no regular file; put the file itself beside the model"
                .formatted(where, name));
      }
      try (FileChannel channel = open(path)) {
        MemorySegment mapped =
            channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        files.put(name, mapped);
        return mapped;
      }
    } catch (IOException e) {
      throw new InvalidModelException(
          "%s keeps its numbers in '%s', which cannot be read beside the model; copy it there"
              .formatted(where, name),
          e);
    }
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  private static Map<String, String> entries(OnnxMl.TensorProto tensor, String where)
      throws InvalidModelException {
    Map<String, String> entries = new HashMap<>();
    for (OnnxMl.StringStringEntryProto entry : tensor.getExternalDataList()) {
      if (!KEYS.contains(entry.getKey()) || entries.put(entry.getKey(), entry.getValue()) != null) {
        throw new InvalidModelException(
            "%s: external data has the entry '%s' twice, or it is unknown"
                .formatted(where, entry.getKey()));
      }
    }
    return entries;
  }

  private static void requirePlain(String name, String where) throws InvalidModelException {
    boolean plain =
        !name.isEmpty()
            && name.length() <= 255
            && !name.equals(".")
            && !name.equals("..")
            && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    if (!plain) {
      throw new InvalidModelException(
          "%s keeps its numbers in '%s'; a data file must lie in the model's own folder and be named without a path"
              .formatted(where, name));
    }
  }

  private static long number(@Nullable String text, long otherwise, String key, String where)
      throws InvalidModelException {
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw new InvalidModelException(
          "%s: external data has the %s '%s', which is no number of bytes"
              .formatted(where, key, text));
    }
    return Long.parseLong(text);
  }
}
