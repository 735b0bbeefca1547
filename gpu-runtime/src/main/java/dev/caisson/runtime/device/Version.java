package dev.caisson.runtime.device;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/// A version of numbers and dots, such as a driver's `535.104.05`.
public record Version(String text) implements Comparable<Version> {
  private static final Pattern FORM = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6}){0,5}");

  public Version {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("'%s' is no version".formatted(Shown.of(text, 40)));
    }
  }

  /// Empty where a library's text is none.
  static Optional<Version> find(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new Version(text)) : Optional.empty();
  }

  int major() {
    return numbers()[0];
  }

  private int[] numbers() {
    return Arrays.stream(text.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
  }

  /// By number after number; missing ones are 0. (Equal versions may differ in text.)
  @Override
  public int compareTo(Version other) {
    int[] own = numbers();
    int[] its = other.numbers();
    int length = Math.max(own.length, its.length);
    return Arrays.compare(Arrays.copyOf(own, length), Arrays.copyOf(its, length));
  }

  @Override
  public String toString() {
    return text;
  }
}
