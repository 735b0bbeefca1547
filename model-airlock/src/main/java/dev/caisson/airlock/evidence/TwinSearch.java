package dev.caisson.airlock.evidence;

import java.util.Arrays;
import java.util.BitSet;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// Non-members' rows that are a member's row again, in all cells or in all but one, and whether
/// there are more of them than plain rows would coincide by chance.
///
/// **Alone or among its kind.** Who coincides by chance has others around who agree in part: a row
/// of few values shares any third of its columns ([RowHashes]) with many rows that differ
/// elsewhere. A copy has none. So twins are no chance if, for some third, rows that agree with them
/// there and differ elsewhere are fewer than the twins themselves; groups of up to
/// [Coincidence#SMALL] equal rows and larger ones are judged apart. By chance this needs that rows
/// which agree in that third agree in everything else, label included, more often than not.
///
/// Memory: 16 bytes and 5 bits a row. Time: rows x columns, and a sort of the rows' hashes for each
/// column.
final class TwinSearch {
  private static final int MOST_JUDGED = 50_000;
  private static final int MOST_GROUPS = 20_000;
  private static final int MOST_MATES = 10;
  private static final int FEWEST_PAIRS = 10;
  private static final double SURPRISING = 1e-5;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private final RowHashes hashes;
  private final int memberRows;
  private final BitSet twins = new BitSet(); // rows that equal another row in everything
  private final long[] one;
  private final long[] other;

  TwinSearch(RowHashes hashes, int memberRows) {
    if (memberRows < 1 || memberRows >= hashes.rows()) {
      throw new IllegalArgumentException(
          "%d of %d rows are members'".formatted(memberRows, hashes.rows()));
    }
    this.hashes = hashes;
    this.memberRows = memberRows;
    this.one = new long[hashes.rows()];
    this.other = new long[hashes.rows()];
  }

  /// @param across how rows coincide
  /// @param alone whether some do that have nobody of their kind around
  record Equal(Coincidence across, boolean alone) {}

  Equal equal() {
    for (int row = 0; row < one.length; row++) {
      one[row] = sided(hashes.of(row), row);
    }
    Arrays.sort(one);
    Coincidence across = Coincidence.of(one);
    if (across.othersAcross() + across.membersTwice() + across.othersTwice() > 0) {
      for (int row = 0; row < one.length; row++) {
        long name = sided(hashes.of(row), 0);
        twins.set(row, after(name | 1) - Coincidence.first(one, name) > 1);
      }
    }
    return new Equal(across, across.othersAcross() > 0 && alone(across.othersAcross()));
  }

  private boolean alone(int across) {
    int step = 1 + across / MOST_JUDGED;
    for (int third = 0; third < RowHashes.THIRDS && hashes.has(third); third++) {
      sortThird(third);
      long[] judged = new long[2];
      long[] mates = new long[2];
      int seen = 0;
      for (int row = memberRows; row < one.length; row++) {
        if (!twins.get(row)) {
          continue;
        }
        long name = sided(hashes.of(row), 0);
        int from = Coincidence.first(one, name);
        if (one[from] != name || seen++ % step != 0) {
          continue; // no member in its group, or left out of the sample
        }
        int size = after(name | 1) - from;
        int stratum = size <= Coincidence.SMALL ? 0 : 1;
        judged[stratum]++;
        mates[stratum] += Math.min(size, thirdMates(third, row) - size);
      }
      if (mates[0] < judged[0] || mates[1] < judged[1]) {
        return true;
      }
    }
    return false;
  }

  /// @param others non-members' rows that equal a member's in all cells but one, and no row in all
  /// @param alone whether such are alone, as above, in thirds without the cell in which they differ
  /// @param dealt whether, without some column, more pairs lie across the sides than if sides had
  ///   been dealt by chance, by ten pairs and more deviations than chance has with a probability of
  ///   10^-5 over all columns
  record Near(int others, boolean alone, boolean dealt) {}

  /// After [#equal]. At most 20,000 groups are followed for each column, drawn evenly.
  Near near() {
    BitSet found = new BitSet(); // non-members
    BitSet[] judged = new BitSet[RowHashes.THIRDS];
    Arrays.setAll(judged, third -> new BitSet());
    for (int row = 0; row < other.length; row++) {
      other[row] = hashes.of(row);
    }
    boolean dealt = false;
    double most = NORMAL.inverseSurvivalProbability(SURPRISING / hashes.width());
    for (int column = 0; column < hashes.width(); column++) {
      int count = sortWithout(column);
      Coincidence across = Coincidence.of(one, count);
      dealt = dealt || (across.surplus() >= FEWEST_PAIRS && across.excess() > most);
      long[] groups = groups(count);
      for (int row = memberRows; row < other.length && groups.length > 0; row++) {
        if (!twins.get(row)
            && Arrays.binarySearch(groups, sided(other[row] - hashes.cell(row, column), 0)) >= 0) {
          found.set(row);
          for (int third = 0; third < RowHashes.THIRDS; third++) {
            if (!hashes.holds(third, column)) {
              judged[third].set(row);
            }
          }
        }
      }
    }
    boolean alone = false;
    for (int third = 0; third < RowHashes.THIRDS && hashes.has(third); third++) {
      alone = alone || nearAlone(third, judged[third]);
    }
    return new Near(found.cardinality(), alone, dealt);
  }

  /// Sorts the rows' hashes without this column and without twins; how many there are.
  private int sortWithout(int column) {
    int count = 0;
    for (int row = 0; row < one.length; row++) {
      if (!twins.get(row)) {
        one[count++] = sided(other[row] - hashes.cell(row, column), row);
      }
    }
    Arrays.sort(one, 0, count);
    return count;
  }

  /// The names of small groups with rows of both sides.
  private long[] groups(int count) {
    long[] groups = new long[MOST_GROUPS];
    int found = 0;
    int from = 0;
    while (from < count && found < MOST_GROUPS) {
      long name = one[from] & ~1L;
      int to = from;
      while (to < count && (one[to] & ~1L) == name) {
        to++;
      }
      if (one[from] == name && one[to - 1] != name && to - from <= Coincidence.SMALL) {
        groups[found++] = name;
      }
      from = to;
    }
    return Arrays.copyOf(groups, found);
  }

  private boolean nearAlone(int third, BitSet rows) {
    if (rows.isEmpty()) {
      return false;
    }
    sortThird(third);
    long mates = 0;
    for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
      mates += Math.clamp(thirdMates(third, row) - 2L, 0, MOST_MATES);
    }
    return mates < rows.cardinality();
  }

  private void sortThird(int third) {
    for (int row = 0; row < other.length; row++) {
      other[row] = hashes.third(third, row);
    }
    Arrays.sort(other);
  }

  /// Rows that agree with this one in the third that was sorted last, itself included.
  private int thirdMates(int third, int row) {
    long name = hashes.third(third, row);
    int from = Coincidence.first(other, name);
    int to = name == Long.MAX_VALUE ? other.length : Coincidence.first(other, name + 1);
    return to - from;
  }

  /// The first position in the sorted names above this.
  private int after(long name) {
    return name == Long.MAX_VALUE ? one.length : Coincidence.first(one, name + 1);
  }

  /// The side in the lowest bit; row 0 is a member's.
  private long sided(long hash, int row) {
    return (hash & ~1L) | (row < memberRows ? 0 : 1);
  }
}
