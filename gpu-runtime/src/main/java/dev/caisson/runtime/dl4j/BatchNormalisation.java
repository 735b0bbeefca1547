package dev.caisson.runtime.dl4j;

/// Normalises each channel by the statistics of the batch when training, and moves the running
/// ones; by these when scoring, and always where the file holds them as constants.
///
/// DL4J's own layer is not used: its running variance follows the biased variance of the batch
/// where PyTorch's follows the unbiased one, and it cannot take a batch of one number per channel,
/// which is normalised by the running statistics here and leaves them alone, as in the PyTorch
/// engine.
final class BatchNormalisation implements VertexCode {
  private final Placed scale;
  private final Placed shift;
  private final Placed mean;
  private final Placed variance;
  private final boolean follows;
  private final double share;
  private final double epsilon;
  private final StepState state;

  private double[] usedMean = new double[0];
  private double[] usedSpread = new double[0];
  private boolean byBatch;

  /// @param follows whether mean and variance are running statistics
  /// @param share of the batch in the running statistics after it
  BatchNormalisation(
      Placed scale,
      Placed shift,
      Placed mean,
      Placed variance,
      boolean follows,
      double share,
      double epsilon,
      StepState state) {
    this.scale = scale;
    this.shift = shift;
    this.mean = mean;
    this.variance = variance;
    this.follows = follows;
    this.share = share;
    this.epsilon = epsilon;
    this.state = state;
  }

  @Override
  public Block forward(Block[] inputs, boolean training) {
    Planes planes = new Planes(inputs[0].shape());
    float[] x = inputs[0].numbers();
    float[] result = new float[x.length];
    byBatch = training && follows && planes.perChannel() > 1;
    usedMean = new double[planes.channels];
    usedSpread = new double[planes.channels];
    for (int channel = 0; channel < planes.channels; channel++) {
      if (byBatch) {
        measure(planes, x, channel);
      } else {
        usedMean[channel] = mean.number(channel, state.vector());
        usedSpread[channel] = Math.sqrt(variance.number(channel, state.vector()) + epsilon);
      }
      double slope = scale.number(channel, state.vector()) / usedSpread[channel];
      double offset = shift.number(channel, state.vector()) - slope * usedMean[channel];
      for (int row = 0; row < planes.rows; row++) {
        int start = planes.start(row, channel);
        for (int i = start; i < start + planes.size; i++) {
          result[i] = (float) (slope * x[i] + offset);
        }
      }
    }
    return new Block(inputs[0].shape(), result);
  }

  private void measure(Planes planes, float[] x, int channel) {
    double sum = 0;
    for (int row = 0; row < planes.rows; row++) {
      int start = planes.start(row, channel);
      for (int i = start; i < start + planes.size; i++) {
        sum += x[i];
      }
    }
    double average = sum / planes.perChannel();
    double squares = 0;
    for (int row = 0; row < planes.rows; row++) {
      int start = planes.start(row, channel);
      for (int i = start; i < start + planes.size; i++) {
        squares += (x[i] - average) * (x[i] - average);
      }
    }
    usedMean[channel] = average;
    usedSpread[channel] = Math.sqrt(squares / planes.perChannel() + epsilon);
    if (state.follows()) {
      move(mean.position(channel), average);
      move(variance.position(channel), squares / (planes.perChannel() - 1));
    }
  }

  private void move(int position, double batch) {
    float[] vector = state.vector();
    vector[position] = (float) ((1 - share) * vector[position] + share * batch);
  }

  @Override
  public Block[] backward(Block[] inputs, Block gradient) {
    Planes planes = new Planes(inputs[0].shape());
    float[] x = inputs[0].numbers();
    float[] g = gradient.numbers();
    float[] result = new float[x.length];
    for (int channel = 0; channel < planes.channels; channel++) {
      double sum = 0;
      double product = 0;
      for (int row = 0; row < planes.rows; row++) {
        int start = planes.start(row, channel);
        for (int i = start; i < start + planes.size; i++) {
          sum += g[i];
          product += g[i] * (x[i] - usedMean[channel]);
        }
      }
      double spread = usedSpread[channel];
      add(scale.position(channel), product / spread);
      add(shift.position(channel), sum);
      double slope = scale.number(channel, state.vector()) / spread;
      double part = byBatch ? sum / planes.perChannel() : 0;
      double pull = byBatch ? product / planes.perChannel() / (spread * spread) : 0;
      for (int row = 0; row < planes.rows; row++) {
        int start = planes.start(row, channel);
        for (int i = start; i < start + planes.size; i++) {
          result[i] = (float) (slope * (g[i] - part - (x[i] - usedMean[channel]) * pull));
        }
      }
    }
    return new Block[] {new Block(inputs[0].shape(), result)};
  }

  private void add(int position, double gradient) {
    if (position != Placed.FIXED) {
      state.gradient()[position] += (float) gradient;
    }
  }

  /// Rows, then channels, then what lies in a channel.
  private static final class Planes {
    private final int rows;
    private final int channels;
    private final int size;

    Planes(long[] shape) {
      rows = Math.toIntExact(shape[0]);
      channels = Math.toIntExact(shape[1]);
      size = Math.toIntExact(Axes.elements(shape) / Math.max(1, shape[0] * shape[1]));
    }

    int perChannel() {
      return rows * size;
    }

    int start(int row, int channel) {
      return (row * channels + channel) * size;
    }
  }
}
