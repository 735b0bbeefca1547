package dev.caisson.airlock.table;

import java.util.Arrays;

/// From 64-bit hashes to small numbers, without boxing: open addressing, at most half full.
final class HashIndex {
  private long[] keys;
  private int[] values; // 0 for an empty place, else the value + 1
  private int size;

  HashIndex(int expected) {
    int places = Integer.highestOneBit(Math.max(8, Math.min(expected, 1 << 27))) << 2;
    keys = new long[places];
    values = new int[places];
  }

  int size() {
    return size;
  }

  /// The number of a hash, -1 if it has none.
  int get(long hash) {
    return values[place(hash)] - 1;
  }

  /// Meaning a hash this number if it has none; returns the number that it then has.
  int putIfAbsent(long hash, int value) {
    int place = place(hash);
    if (values[place] == 0) {
      keys[place] = hash;
      values[place] = value + 1;
      size++;
      if (2 * size > keys.length) {
        grow();
      }
      return value;
    }
    return values[place] - 1;
  }

  private int place(long hash) { // the hash is keyed, so its low bits are as good as any
    int place = (int) hash & (keys.length - 1);
    while (values[place] != 0 && keys[place] != hash) {
      place = (place + 1) & (keys.length - 1);
    }
    return place;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[Math.multiplyExact(2, oldKeys.length)];
    values = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != 0) {
        int place = place(oldKeys[i]);
        keys[place] = oldKeys[i];
        values[place] = oldValues[i];
      }
    }
  }

  /// Numbers hashes by their first appearance, from 0.
  static int[] numbered(long[] hashes) {
    HashIndex index = new HashIndex(hashes.length);
    int[] numbers = new int[hashes.length];
    Arrays.setAll(numbers, i -> index.putIfAbsent(hashes[i], index.size()));
    return numbers;
  }
}
