package dev.caisson.secagg;

import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Sites `site-0`, `site-1`... and a coordinator, with real identities that all tests share.
public final class Federation {
  private static final List<IdentityKey> KEYS = Collections.synchronizedList(new ArrayList<>());
  public static final IdentityKey COORDINATOR = IdentityKey.generate();
  public static final VectorSpec SMALL =
      VectorSpec.of(
          new Segment.Real("update", 20, 1.0, 1 << 15, true),
          new Segment.Real("loss", 1, 10.0, 1 << 15, false),
          new Segment.Exact("histogram", 9, 1000, false));

  /// One whole number.
  public static final VectorSpec ONE = VectorSpec.of(new Segment.Exact("x", 1, 100, true));

  /// Under what all rounds of these tests spend their states.
  public static final Digest SCOPE = Digest.ofText("scope");

  public final int n;

  public Federation(int n) {
    this.n = n;
    while (KEYS.size() < n) {
      KEYS.add(IdentityKey.generate());
    }
  }

  public String name(int member) {
    return "site-%03d".formatted(member);
  }

  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      names.add(name(i));
    }
    return names;
  }

  public IdentityKey key(String name) {
    return KEYS.get(names().indexOf(name));
  }

  public Roster roster() {
    Map<String, Identity> members = new HashMap<>();
    names().forEach(name -> members.put(name, key(name).identity()));
    return new Roster(members);
  }

  public SitePolicy policy() {
    return policy(0);
  }

  /// Where so many may side with the coordinator.
  public SitePolicy policy(int colluding) {
    return new SitePolicy(
        roster(),
        COORDINATOR.identity(),
        colluding,
        2,
        VectorSpec.MAX_LENGTH,
        1e30,
        true,
        Signatures.ML_DSA);
  }

  public RoundManifest manifest(int threshold, VectorSpec vector, Weights weights) {
    return new RoundManifest(
        "breast-cancer",
        1,
        "train",
        Digest.ofText("model"),
        Digest.ofText("config"),
        names(),
        threshold,
        vector,
        weights,
        Digest.ofText("nonce"),
        1000,
        2000,
        Signatures.ML_DSA);
  }

  /// A fresh memory for each site, opened once.
  public NavigableMap<String, Memory> memories() {
    NavigableMap<String, Memory> memories = new TreeMap<>();
    names().forEach(name -> memories.put(name, Memory.opened(name.hashCode())));
    return memories;
  }

  /// This site's secret coins for the work on a state.
  public static Secret coins(String site, Digest state) {
    return Secret.taking(Digest.ofText("coins " + site + state).bytes());
  }

  public RoundManifest manifest(int threshold) {
    return manifest(threshold, SMALL, new Weights.Equal());
  }

  /// A round that sums one whole number.
  public RoundManifest one(int threshold) {
    return manifest(threshold, ONE, new Weights.Equal());
  }
}
