package dev.caisson.runtime.shape;

/// How a kernel walks along one spatial axis: a convolution, a pool, or a transposed convolution,
/// which walks along its output.
///
/// @param axis of the tensor, 2 or more
/// @param input numbers along the axis
/// @param kernel taps
/// @param stride numbers from one place of the kernel to the next
/// @param dilation numbers from one tap to the next
/// @param before padding at the start (transposed: what is cut off there)
/// @param after padding at the end (transposed: what is cut off there)
/// @param extra what a transposed convolution adds at the end
/// @param output places of the kernel (transposed: numbers along the output)
public record Window(
    int axis,
    long input,
    long kernel,
    long stride,
    long dilation,
    long before,
    long after,
    long extra,
    long output) {

  /// From the first tap to the last.
  public long reach() {
    return (kernel - 1) * dilation + 1;
  }

  /// Padding at the end that the last place of the kernel reaches: less than `after` where a stride
  /// leaves some unused, more where a pool rounds up.
  public long afterReached() {
    return Math.max(0, (output - 1) * stride + reach() - input - before);
  }

  Window withPads(long start, long end, long size) {
    return new Window(axis, input, kernel, stride, dilation, start, end, extra, size);
  }
}
