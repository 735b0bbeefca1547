package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.message.Message;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What came of closing a phase.
public sealed interface Outcome<T> {
  /// On with `next` (a phase, or the sum), after sending each site its message.
  record Next<T>(T next, NavigableMap<String, Message> outgoing) implements Outcome<T> {
    public Next {
      outgoing = new TreeMap<>(outgoing);
    }
  }

  /// The round ends without a sum. `faults` names who broke what, over the whole round; it may be
  /// empty where sites merely fell silent.
  record Aborted<T>(String reason, List<Fault> faults) implements Outcome<T> {
    public Aborted {
      faults = List.copyOf(faults);
    }
  }
}
