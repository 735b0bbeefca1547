package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;

/// What came of one message.
public sealed interface Receipt {
  record Accepted() implements Receipt {}

  /// Parts of the message break a rule and were left out; the rest counts.
  record Flawed(Fault fault) implements Receipt {}

  /// Nothing of the message counts.
  record Rejected(Fault fault) implements Receipt {}
}
