package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.ShareLeaf;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.Digest;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// U1's keys and U2's dealings, looked up by member number.
final class Dealings {
  final Digest d1;
  private final NavigableMap<Integer, KeysStatement> keys;
  private final List<Integer> members;
  private final NavigableMap<Integer, Deal> deals = new TreeMap<>();

  private Optional<Edges> edges = Optional.empty();

  Dealings(Digest d1, NavigableMap<Integer, KeysStatement> keys) {
    this.d1 = d1;
    this.keys = keys;
    this.members = List.copyOf(keys.keySet());
  }

  void put(NavigableMap<Integer, Deal> u2) {
    deals.putAll(u2);
  }

  /// The same over a sparse graph.
  void putSparse(NavigableMap<Integer, Deal> u2) {
    put(u2);
    edges = Optional.of(new Edges(u2));
  }

  /// Who drew whom, where not everybody masks with everybody.
  Optional<Edges> edges() {
    return edges;
  }

  /// Whether a dealer dealt to a holder.
  boolean dealtTo(int dealer, int holder) {
    return edges.isEmpty() || edges.get().drew(dealer, holder);
  }

  /// Whether two members mask with each other.
  boolean arePeers(int a, int b) {
    return edges.isEmpty() || Collections.binarySearch(edges.get().peers(a), b) >= 0;
  }

  /// With how many others a member of U2 masks.
  int peers(List<Integer> u2, int member) {
    return edges.map(graph -> graph.peers(member).size()).orElse(u2.size() - 1);
  }

  /// c of `member` for `peer`: uploads list one for everybody the member masks with, in order.
  Digest confirmation(UploadStatement upload, List<Integer> u2, int member, int peer) {
    return edges.isEmpty()
        ? Confirmations.of(upload, u2, member, peer)
        : upload.confirmations().get(Collections.binarySearch(edges.get().peers(member), peer));
  }

  /// To whom a dealer of U2 dealt.
  List<Integer> holders(int dealer) {
    return edges.isEmpty() ? members() : edges.get().drawn(dealer);
  }

  /// U1.
  List<Integer> members() {
    return members;
  }

  boolean isMember(int member) {
    return keys.containsKey(member);
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
    return deal(dealer).leaves().get(edges.isEmpty() ? rank(holder) : place(dealer, holder));
  }

  private int place(int dealer, int holder) {
    return edges.orElseThrow().place(dealer, holder);
  }

  /// Whether `member` made the one mask ciphertext of its pair with `peer`: the lower of the pair,
  /// or over a sparse graph the only one that drew the other.
  boolean encapsulates(int member, int peer) {
    return dealtTo(member, peer) && (member < peer || !dealtTo(peer, member));
  }

  /// The one mask ciphertext of a pair of U2.
  Bytes maskCiphertext(int a, int b) {
    return (encapsulates(a, b) ? leaf(a, b) : leaf(b, a)).maskCiphertext();
  }
}
