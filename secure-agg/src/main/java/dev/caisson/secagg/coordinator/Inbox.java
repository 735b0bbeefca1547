package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// One message of a kind from each expected member; a repetition must be byte-identical. Whoever
/// sends another one is blamed for that only where it is signed, too.
final class Inbox<M> {
  private final Roll roll;
  private final NavigableSet<Integer> expected;
  private final NavigableMap<Integer, M> received = new TreeMap<>();
  private final Map<Integer, Digest> bytes = new TreeMap<>();
  private boolean closed;

  Inbox(Roll roll, Iterable<Integer> expected) {
    this.roll = roll;
    this.expected = new TreeSet<>();
    expected.forEach(this.expected::add);
  }

  /// Reads and checks a message; a fault that it finds is recorded by whoever finds it.
  @FunctionalInterface
  interface Reader<M> {
    Read<M> read(int member, byte[] message) throws MalformedException;
  }

  /// What a reader made of a message: `message` where it counts, `fault` where it has one.
  record Read<M>(Optional<M> message, Optional<Fault> fault) {
    static <M> Read<M> good(M message) {
      return new Read<>(Optional.of(message), Optional.empty());
    }

    static <M> Read<M> bad(Fault fault) {
      return new Read<>(Optional.empty(), Optional.of(fault));
    }

    static <M> Read<M> flawed(M message, Fault fault) {
      return new Read<>(Optional.of(message), Optional.of(fault));
    }
  }

  Receipt accept(String site, byte[] message, Reader<M> reader) {
    requireOpen();
    Optional<Fault> objection = roll.objection(site, expected);
    if (objection.isPresent()) {
      return new Receipt.Rejected(objection.get());
    }
    int member = roll.member(site);
    Digest digest = Digest.of(message);
    Digest before = bytes.get(member);
    if (before != null && before.equals(digest)) {
      return new Receipt.Accepted();
    }
    Read<M> read;
    try {
      read = reader.read(member, message);
    } catch (MalformedException e) {
      return new Receipt.Rejected(
          roll.record(Rule.WELL_FORMED, site, String.valueOf(e.getMessage())));
    }
    if (before != null) { // two of one site's, but only if both are signed
      return new Receipt.Rejected(
          read.message.isPresent()
              ? roll.record(Rule.ONE_MESSAGE, site, "sent two different messages of one kind")
              : read.fault.orElseThrow());
    }
    if (read.message.isPresent()) {
      received.put(member, read.message.get());
      bytes.put(member, digest);
    }
    if (read.fault.isEmpty()) {
      return new Receipt.Accepted();
    }
    return read.message.isPresent()
        ? new Receipt.Flawed(read.fault.get())
        : new Receipt.Rejected(read.fault.get());
  }

  NavigableMap<Integer, M> received() {
    return received;
  }

  /// Forgets what a member sent.
  void forget(int member) {
    received.remove(member);
    bytes.remove(member);
  }

  /// Expected members that are neither dropped nor heard.
  NavigableSet<Integer> awaited() {
    NavigableSet<Integer> awaited = roll.live(expected);
    awaited.removeAll(received.keySet());
    return awaited;
  }

  NavigableSet<Integer> expected() {
    return expected;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this phase is closed; go on with the next");
    }
  }

  void close() {
    requireOpen();
    closed = true;
  }
}
