package dev.caisson.secagg.site;

import dev.caisson.secagg.graph.NeighbourDraw;
import dev.caisson.secagg.graph.Topology;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.trust.Digest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;

/// What a site keeps of U1 over a sparse graph: the keys of those that it drew, and of everybody a
/// digest, so that the keys of whoever drew it can be told when they come again with U2.
record Drawn(NavigableMap<Integer, KeysStatement> out, Map<Integer, Digest> u1) {
  static Drawn of(KeyList u1, SiteContext context, Topology.Regular graph) {
    Map<Integer, Digest> digests = new HashMap<>();
    for (Signed<KeysStatement> member : u1.members()) {
      digests.put(member.statement().origin().sender(), member.digest());
    }
    NavigableSet<Integer> chosen =
        NeighbourDraw.draw(
            u1.members().stream().map(member -> member.statement().origin().sender()).toList(),
            context.self,
            graph.parameters().degree(),
            context.random);
    NavigableMap<Integer, KeysStatement> out = new TreeMap<>();
    for (Signed<KeysStatement> member : u1.members()) {
      int sender = member.statement().origin().sender();
      if (chosen.contains(sender)) {
        out.put(sender, member.statement());
      }
    }
    return new Drawn(out, digests);
  }

  /// Those that were drawn, in order.
  List<KeysStatement> holders() {
    return List.copyOf(out.values());
  }

  Set<Integer> members() {
    return Set.copyOf(out.keySet());
  }

  /// Whether these are the keys that the list held.
  boolean had(KeysStatement keys) {
    return u1.entrySet().contains(Map.entry(keys.origin().sender(), Digest.of(keys.encoded())));
  }
}
