package dev.caisson.runtime.score;

import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import java.util.List;

/// A trainable model opened for scoring: rows of floats in, rows of floats out (logits, where the
/// graph ends in logits). A row is the numbers of all inputs, one input after the other; the first
/// output's numbers for a row are given one after the other. The graph runs as it is; for models of
/// others, and outputs that tell more, see [ModelSession].
///
/// Memory is O(batch), not O(rows), beside the caller's arrays. The same rows give the same bits
/// for one thread count. One thread at a time; close it, for its memory is native.
public final class Scorer implements AutoCloseable {
  private final NativeModel model;

  private Scorer(NativeModel model) {
    this.model = model;
  }

  /// Opens a model with `threads` threads for its operations (1 is right for small models).
  public static Scorer open(OnnxModel model, int threads) throws InvalidModelException {
    return open(model, threads, Device.cpu());
  }

  /// The same on a device. On a GPU the promise of equal bits does not hold.
  ///
  /// @throws ScoringException when ONNX Runtime cannot compute on that device
  public static Scorer open(OnnxModel model, int threads, Device device)
      throws InvalidModelException {
    NativeModel opened = NativeModel.open(model.inOneFile().bytes(), threads, device);
    for (ModelInput input : opened.inputs()) {
      if (input.kind() == ModelInput.Kind.TEXT) {
        opened.close();
        throw new InvalidModelException(
            "input '%s' takes texts; rows are scored as numbers".formatted(input.name()));
      }
    }
    return new Scorer(opened);
  }

  /// How many numbers a row has on the way in.
  public int features() {
    return model.features();
  }

  /// How many numbers a row has on the way out.
  public int outputs() {
    return model.outputs();
  }

  /// Scores `rows` rows.
  ///
  /// @param x row after row, `rows × features` numbers
  /// @return row after row, `rows × outputs` numbers; what the model computes, even if not finite
  public float[] logits(float[] x, int rows) {
    return model.score(x, rows, List.of());
  }

  @Override
  public void close() {
    model.close();
  }
}
