package dev.caisson.airlock.archive;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.archive.PickleValue.Built;
import dev.caisson.airlock.archive.PickleValue.Global;
import dev.caisson.airlock.archive.PickleValue.Plain;
import dev.caisson.airlock.archive.PickleValue.Storage;
import dev.caisson.airlock.archive.PickleValue.Text;
import dev.caisson.airlock.archive.PickleValue.Tuple;
import dev.caisson.airlock.archive.PickleValue.Whole;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads a pickle opcode by opcode and runs none of it: a stack of [PickleValue]s stands in for the
/// machine. Every opcode, name and call that PyTorch's own tensors do not need is refused, so that
/// a pickle that passes can, in a Python process, call the listed functions only.
///
/// Allowed: protocol 2, literals, tuples, lists, dictionaries, the memo; `GLOBAL` for the names in
/// [TorchNames]; `REDUCE` of those that are functions; `NEWOBJ` and `BUILD` of the archive's own
/// TorchScript classes; `BINPERSID` for storages. Refused, among others: `INST`, `OBJ`,
/// `STACK_GLOBAL`, `EXT*`, `NEWOBJ_EX`, `PERSID`.
///
/// Memory: one reference for each opcode; texts once.
final class PickleReader {
  /// A tensor over a storage, as the pickle describes it.
  record View(Storage storage, long offset, List<Long> size, List<Long> stride) {}

  private static final int LONGEST_TEXT = 64 << 10;

  private final ByteBuffer in;
  private final String where;
  private final int opcodes;
  private final List<PickleValue> stack = new ArrayList<>();
  private final Map<Long, PickleValue> memo = new HashMap<>();
  private final List<View> views = new ArrayList<>();
  private final Map<String, Storage> storages = new HashMap<>();
  private long textBytes;
  private int longestText;

  private PickleReader(byte[] bytes, String where, int opcodes) {
    this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.where = where;
    this.opcodes = opcodes;
  }

  static PickleReader read(byte[] bytes, String where, int opcodes) throws BadArchiveException {
    PickleReader reader = new PickleReader(bytes, where, opcodes);
    try {
      reader.run();
    } catch (java.nio.BufferUnderflowException e) {
      throw reader.bad("breaks off");
    }
    return reader;
  }

  List<View> views() {
    return views;
  }

  Map<String, Storage> storages() {
    return storages;
  }

  /// Bytes in all texts, such as the names of parameters.
  long textBytes() {
    return textBytes;
  }

  int longestText() {
    return longestText;
  }

  private void run() throws BadArchiveException {
    if (in.remaining() < 2 || (in.get() & 0xff) != 0x80 || in.get() != 2) {
      throw bad("is no pickle of protocol 2, which PyTorch writes");
    }
    for (int count = 0; ; count++) {
      if (count >= opcodes) {
        throw bad("has more than %d opcodes".formatted(opcodes));
      }
      int opcode = in.get() & 0xff;
      if (opcode == '.') {
        break;
      }
      step(opcode);
    }
    if (stack.size() != 1) {
      throw bad("leaves %d values, not one".formatted(stack.size()));
    }
    if (in.hasRemaining()) {
      throw bad("has %d bytes after its end".formatted(in.remaining()));
    }
  }

  private void step(int opcode) throws BadArchiveException {
    switch (opcode) {
      case '(' -> push(Plain.MARK);
      case ')' -> push(new Tuple(List.of()));
      case 't' -> push(new Tuple(toMark()));
      case 0x85 -> push(new Tuple(popped(1)));
      case 0x86 -> push(new Tuple(popped(2)));
      case 0x87 -> push(new Tuple(popped(3)));
      case '}' -> push(Plain.DICT);
      case ']' -> push(Plain.LIST);
      case 'N', 0x88, 0x89 -> push(Plain.VALUE);
      case 'J' -> push(new Whole(in.getInt()));
      case 'K' -> push(new Whole(in.get() & 0xff));
      case 'M' -> push(new Whole(in.getShort() & 0xffff));
      case 0x8a -> push(new Whole(longer()));
      case 'G' -> {
        in.getLong();
        push(Plain.VALUE);
      }
      case 'X' -> push(new Text(text(in.getInt())));
      case 'q' -> memo.put((long) (in.get() & 0xff), top());
      case 'r' -> memo.put(Integer.toUnsignedLong(in.getInt()), top());
      case 'h' -> recall(in.get() & 0xff);
      case 'j' -> recall(Integer.toUnsignedLong(in.getInt()));
      case 'c' -> global();
      case 'R' -> reduce();
      case 0x81 -> create();
      case 'b' -> build();
      case 'Q' -> storage();
      case 'a' -> onto(Plain.LIST, popped(1));
      case 'e' -> onto(Plain.LIST, toMark());
      case 's' -> onto(Plain.DICT, popped(2));
      case 'u' -> {
        List<PickleValue> pairs = toMark();
        if (pairs.size() % 2 != 0) {
          throw bad("sets an item without a value");
        }
        onto(Plain.DICT, pairs);
      }
      default -> throw bad("uses opcode 0x%02x, which no PyTorch tensor needs".formatted(opcode));
    }
  }

  private void push(PickleValue value) {
    stack.add(value);
  }

  private PickleValue top() throws BadArchiveException {
    if (stack.isEmpty() || stack.getLast() == Plain.MARK) {
      throw bad("takes a value that is not there");
    }
    return stack.getLast();
  }

  private PickleValue pop() throws BadArchiveException {
    PickleValue value = top();
    stack.removeLast();
    return value;
  }

  private List<PickleValue> popped(int count) throws BadArchiveException {
    List<PickleValue> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.addFirst(pop());
    }
    return values;
  }

  private List<PickleValue> toMark() throws BadArchiveException {
    int mark = stack.lastIndexOf(Plain.MARK);
    if (mark < 0) {
      throw bad("ends a group that it did not begin");
    }
    List<PickleValue> values = new ArrayList<>(stack.subList(mark + 1, stack.size()));
    stack.subList(mark, stack.size()).clear();
    return values;
  }

  private void recall(long index) throws BadArchiveException {
    PickleValue value = memo.get(index);
    if (value == null) {
      throw bad("recalls a value that it did not keep");
    }
    push(value);
  }

  private void onto(Plain kind, List<PickleValue> ignored) throws BadArchiveException {
    PickleValue target = top();
    boolean ordered =
        kind == Plain.DICT && target instanceof Built b && b.type().equals(TorchNames.DICT);
    if (target != kind && !ordered) {
      throw bad("puts %d values into what holds none".formatted(ignored.size()));
    }
  }

  private void global() throws BadArchiveException {
    String name = line() + "." + line();
    if (!TorchNames.allowed(name)) {
      throw new BadArchiveException(
          "pickle.names", "asks for %s, which no PyTorch tensor needs".formatted(name), where);
    }
    push(new Global(name));
  }

  private void reduce() throws BadArchiveException {
    PickleValue arguments = pop();
    PickleValue function = pop();
    if (!(arguments instanceof Tuple tuple)
        || !(function instanceof Global global)
        || !TorchNames.function(global.name())) {
      throw new BadArchiveException(
          "pickle.calls",
          "calls %s"
              .formatted(function instanceof Global g ? g.name() : "what is no known function"),
          where);
    }
    if (global.name().equals(TorchNames.DICT)) {
      push(new Built(TorchNames.DICT));
      return;
    }
    if (global.name().startsWith("torch._utils._rebuild_tensor")) {
      view(tuple);
    }
    push(Plain.VALUE);
  }

  private void create() throws BadArchiveException {
    PickleValue arguments = pop();
    PickleValue type = pop();
    boolean own = type instanceof Global g && TorchNames.own(g.name());
    if (!own || !(arguments instanceof Tuple tuple) || !tuple.values().isEmpty()) {
      throw new BadArchiveException(
          "pickle.calls", "makes an object of a class that is not the archive's own", where);
    }
    push(new Built(((Global) type).name()));
  }

  private void build() throws BadArchiveException {
    pop();
    if (!(top() instanceof Built)) {
      throw new BadArchiveException(
          "pickle.calls", "sets the state of an object that is not the archive's own", where);
    }
  }

  private void storage() throws BadArchiveException {
    if (pop() instanceof Tuple(List<PickleValue> v)
        && v.size() == 5
        && v.get(0) instanceof Text(String kind)
        && kind.equals("storage")
        && v.get(1) instanceof Global(String type)
        && v.get(2) instanceof Text(String key)
        && v.get(3) instanceof Text
        && v.get(4) instanceof Whole(long numbers)) {
      Storage storage = new Storage(type, key, numbers);
      Storage before = storages.put(key, storage);
      if (before != null && !before.equals(storage)) {
        throw bad("describes storage %s in two ways".formatted(Finding.printable(key)));
      }
      push(storage);
      return;
    }
    throw bad("refers to something outside that is no storage");
  }

  private void view(Tuple arguments) throws BadArchiveException {
    List<PickleValue> v = arguments.values();
    if (v.size() >= 4
        && v.get(0) instanceof Storage storage
        && v.get(1) instanceof Whole(long offset)
        && v.get(2) instanceof Tuple size
        && v.get(3) instanceof Tuple stride) {
      views.add(new View(storage, offset, wholes(size), wholes(stride)));
      return;
    }
    throw bad("describes a tensor in a way that PyTorch does not");
  }

  private List<Long> wholes(Tuple tuple) throws BadArchiveException {
    List<Long> wholes = new ArrayList<>();
    for (PickleValue value : tuple.values()) {
      if (!(value instanceof Whole(long whole)) || wholes.size() >= 16) {
        throw bad("describes a tensor in a way that PyTorch does not");
      }
      wholes.add(whole);
    }
    return wholes;
  }

  private long longer() throws BadArchiveException {
    int length = in.get() & 0xff;
    if (length > 8) {
      throw bad("has a number of %d bytes".formatted(length));
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (in.get() & 0xffL) << (8 * i);
    }
    int unused = 64 - 8 * length;
    return length == 0 ? 0 : value << unused >> unused;
  }

  private String text(int length) throws BadArchiveException {
    if (length < 0 || length > in.remaining() || length > LONGEST_TEXT) {
      throw bad("has a text of %s bytes".formatted(Integer.toUnsignedString(length)));
    }
    byte[] text = new byte[length];
    in.get(text);
    textBytes += length;
    longestText = Math.max(longestText, length);
    return new String(text, StandardCharsets.UTF_8);
  }

  private String line() throws BadArchiveException {
    StringBuilder line = new StringBuilder();
    for (byte next = in.get(); next != '\n'; next = in.get()) {
      if (line.length() > 512) {
        throw bad("has an endless name");
      }
      line.append((char) (next & 0xff));
    }
    return line.toString();
  }

  private BadArchiveException bad(String what) {
    return new BadArchiveException(
        "pickle.reads", what, "%s, byte %d".formatted(where, in.position()));
  }
}
