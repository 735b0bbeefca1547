package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.secret.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/// The seeds whose masks were taken off a sum, for showing them to its sites: b_v of survivors, and
/// s_uv of survivors with lost members. Copies, wiped by [#close].
final class OpenedMasks implements AutoCloseable {
  private final NavigableMap<Integer, Secret> selfMasks = new TreeMap<>();
  private final NavigableMap<Integer, NavigableMap<Integer, Secret>> pairSeeds = new TreeMap<>();

  void selfMask(int member, Secret seed) {
    selfMasks.put(member, Secret.taking(seed.bytes()));
  }

  void pairSeed(int survivor, int lost, Secret seed) {
    pairSeeds
        .computeIfAbsent(lost, _ -> new TreeMap<>())
        .put(survivor, Secret.taking(seed.bytes()));
  }

  List<Secret> selfMasks() {
    return List.copyOf(selfMasks.values());
  }

  /// For each of these lost members, the seed with each survivor in order.
  List<List<Secret>> pairSeeds(List<Integer> lost) {
    List<List<Secret>> seeds = new ArrayList<>();
    for (int member : lost) {
      seeds.add(
          List.copyOf(
              Objects.requireNonNull(pairSeeds.get(member), "a lost member has pairs").values()));
    }
    return seeds;
  }

  @Override
  public void close() {
    selfMasks.values().forEach(Secret::close);
    pairSeeds.values().forEach(seeds -> seeds.values().forEach(Secret::close));
  }

  @Override
  public String toString() {
    return "OpenedMasks[redacted]";
  }
}
