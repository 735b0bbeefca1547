package dev.caisson.airlock.payload;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.scan.Findings;
import dev.caisson.airlock.scan.WeightBits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Are the low mantissa bytes of weights what training leaves there? For each tensor of floats: a
/// chi-square of the lowest free byte and the one above, over the whole tensor and over windows of
/// 2,048 numbers; runs of 64 numbers whose low byte is 7-bit text; deflate streams and headings of
/// files. The null is uniform above the export's own grid, see `LowBits`.
///
/// **False alarms.** Each model is tested at [#ALARM] in all, divided by the number of tests
/// (Bonferroni). Plain texts and tables, and deflate streams of 400 bytes or more, one byte a
/// number, are flagged.
///
/// **Not tested:** tensors of fewer than 320 different numbers; halves; numbers with fewer than 15
/// free bits; numbers that are decimals of up to 6 places (their low bits follow from the
/// decimals); tables of trees.
public final class WeightPayload {
  /// The chance that an honestly trained model is flagged.
  public static final double ALARM = 1e-6;

  /// What no statistic of the weights can tell; to be printed wherever results are.
  public static final String NOT_DETECTABLE =
      "Not detectable: data compressed by LZMA or the like, encrypted data, data spread over several"
          + " bits or numbers by a key, data in the order of neurons, and data in the high bits of"
          + " weights. Passing says only that nothing plain or deflated lies in low mantissa bytes.";

  private static final int WINDOW = 2048;
  private static final int TEXT_RUN = 64;

  /// The statistics of each tensor, and the findings.
  public record Result(List<TensorStatistics> tensors, List<Finding> findings) {
    public Result {
      tensors = List.copyOf(tensors);
      findings = List.copyOf(findings);
    }
  }

  private final Findings findings = new Findings("weights.payload");
  private final List<TensorStatistics> statistics = new ArrayList<>();
  private final double limit;

  private WeightPayload(int tests) {
    this.limit = ALARM / Math.max(1, tests);
  }

  public static Result check(Collection<WeightBits> tensors) {
    int tests = 0;
    for (WeightBits tensor : tensors) {
      tests += 2 + 2 * (tensor.size() / WINDOW);
    }
    WeightPayload check = new WeightPayload(tests);
    tensors.forEach(check::tensor);
    long tested = check.statistics.stream().filter(s -> s.tested() > 0).count();
    return new Result(
        check.statistics,
        check.findings.orPass(
            "%d of %d tensors tested, at a false-alarm rate of %.0e. %s"
                .formatted(tested, tensors.size(), ALARM, NOT_DETECTABLE)));
  }

  private void tensor(WeightBits tensor) {
    LowBits low = LowBits.of(tensor);
    String reason = "";
    if (tensor.mantissa() < 15) {
      reason = "too few mantissa bits";
    } else if (low.distinct() < ByteStatistics.FEWEST) {
      reason = "fewer than %d different numbers with free bits".formatted(ByteStatistics.FEWEST);
    } else if (decimals(tensor)) {
      reason = "decimals of few places";
    } else if (low.distinct() < 0.9 * low.bytes().length) {
      reason = "numbers repeat";
    }
    if (!reason.isEmpty()) {
      statistics.add(new TensorStatistics(tensor.name(), tensor.size(), 0, 0, 1, reason));
      return;
    }
    int[] bytes = low.bytes();
    String where = "tensor " + tensor.name();
    ByteStatistics whole = ByteStatistics.of(bytes, 0, bytes.length);
    double p = Math.min(whole.pValue(), smallest(bytes));
    int[] seconds = low.seconds();
    if (seconds.length >= ByteStatistics.FEWEST) {
      p = Math.min(p, ByteStatistics.of(seconds, 0, seconds.length).pValue());
      p = Math.min(p, smallest(seconds));
    }
    if (p < limit) {
      findings.block(
          "low mantissa bytes are not those of trained weights (p = %.1e, %.3f bits a byte)"
              .formatted(p, whole.entropy()),
          where);
    }
    int text = longestText(bytes);
    if (text >= TEXT_RUN) {
      findings.block("%d low bytes in a row are 7-bit text".formatted(text), where);
    }
    stream(bytes).ifPresent(what -> findings.block("low mantissa bytes hold " + what, where));
    statistics.add(
        new TensorStatistics(tensor.name(), tensor.size(), bytes.length, whole.entropy(), p, ""));
  }

  private static double smallest(int[] bytes) {
    double p = 1;
    for (int from = 0; from + WINDOW <= bytes.length; from += WINDOW) {
      p = Math.min(p, ByteStatistics.of(bytes, from, from + WINDOW).pValue());
    }
    return p;
  }

  /// 64 in a row by chance: 2^-64 at each position.
  private static int longestText(int[] bytes) {
    int run = 0;
    int longest = 0;
    for (int b : bytes) {
      run = b < 0x80 ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  private static Optional<String> stream(int[] low) {
    byte[] bytes = new byte[low.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) low[i];
    }
    return HiddenStreams.in(bytes);
  }

  /// Whether nearly all numbers are decimals of up to six places, up to rounding.
  private static boolean decimals(WeightBits tensor) {
    if (tensor.mantissa() != 23 && tensor.mantissa() != 52) {
      return false;
    }
    boolean wide = tensor.mantissa() == 52;
    int decimal = 0;
    for (int i = 0; i < tensor.size(); i++) {
      double value =
          wide ? Double.longBitsToDouble(tensor.at(i)) : Float.intBitsToFloat((int) tensor.at(i));
      // so few places that at most one number in 64 is a decimal by chance
      int places = (int) Math.floor(-Math.log10(Math.abs(value) * 0x1p-17));
      double unit = Math.pow(10, Math.min(6, places));
      double rounded = Math.rint(value * unit) / unit;
      boolean same = wide ? rounded == value : (float) rounded == (float) value;
      decimal += value != 0 && places >= 0 && same ? 1 : 0;
    }
    return decimal > 0.9 * tensor.size();
  }
}
