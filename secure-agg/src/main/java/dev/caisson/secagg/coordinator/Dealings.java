package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.ShareLeaf;
import dev.caisson.trust.Digest;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/// U1's keys and U2's dealings, looked up by member number.
final class Dealings {
  final Digest d1;
  private final NavigableMap<Integer, KeysStatement> keys;
  private final List<Integer> members;
  private final NavigableMap<Integer, Deal> deals = new TreeMap<>();

  Dealings(Digest d1, NavigableMap<Integer, KeysStatement> keys) {
    this.d1 = d1;
    this.keys = keys;
    this.members = List.copyOf(keys.keySet());
  }

  void put(NavigableMap<Integer, Deal> u2) {
    deals.putAll(u2);
  }

  /// U1.
  List<Integer> members() {
    return members;
  }

  KeysStatement keys(int member) {
    return Objects.requireNonNull(keys.get(member), "a member of U1");
  }

  Deal deal(int dealer) {
    return Objects.requireNonNull(deals.get(dealer), "a member of U2");
  }

  /// A member's place among U1.
  int rank(int member) {
    return Collections.binarySearch(members, member);
  }

  ShareLeaf leaf(int dealer, int holder) {
    return deal(dealer).leaves().get(rank(holder));
  }

  /// The one mask ciphertext of a pair of U2: the lower member's.
  Bytes maskCiphertext(int a, int b) {
    return leaf(Math.min(a, b), Math.max(a, b)).maskCiphertext();
  }
}
