package dev.caisson.secagg;

import dev.caisson.secagg.message.Descent;
import java.security.SecureRandom;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/// How a [Play] begins, where it is not the first round of sites that remember nothing.
public final class PlaySetup {
  final Federation federation;
  final RoundManifest manifest;
  final Map<String, Descent> descents = new TreeMap<>();
  NavigableMap<String, Memory> memories;
  SitePolicy policy;
  Function<String, SecureRandom> random;
  Consumer<Object> witness = seen -> {};
  boolean lenient;

  PlaySetup(Federation federation, RoundManifest manifest) {
    this.federation = federation;
    this.manifest = manifest;
    this.memories = federation.memories();
    this.policy = federation.policy();
    this.random = seeded(1);
  }

  public PlaySetup memories(NavigableMap<String, Memory> shared) {
    memories = shared;
    return this;
  }

  /// Where all chance comes from.
  public PlaySetup seed(long seed) {
    random = seeded(seed);
    return this;
  }

  private Function<String, SecureRandom> seeded(long seed) {
    return name -> new SeededRandom(seed * 1000 + federation.names().indexOf(name));
  }

  public PlaySetup policy(SitePolicy everySites) {
    policy = everySites;
    return this;
  }

  public PlaySetup random(Function<String, SecureRandom> ofSite) {
    random = ofSite;
    return this;
  }

  /// How a site knows the state; [Descent#FIRST] where nothing is said.
  public PlaySetup descent(Descent descent, String... sites) {
    for (String site : sites) {
      descents.put(site, descent);
    }
    return this;
  }

  /// A site that refuses, or whose journal objects, leaves (see [Play#left]) and does not fail the
  /// test.
  public PlaySetup lenient() {
    lenient = true;
    return this;
  }

  /// Shown every step of a site, receipt and outcome.
  public PlaySetup witness(Consumer<Object> watching) {
    witness = watching;
    return this;
  }

  public Play begin() {
    return new Play(this);
  }
}
