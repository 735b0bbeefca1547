package dev.caisson.airlock.assess;

import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.mapping.FollowUp;
import dev.caisson.airlock.mapping.Prepared;
import dev.caisson.runtime.onnx.Meaning;
import dev.caisson.runtime.score.Head;
import dev.caisson.runtime.score.ModelSession;

/// A model's outputs for the rows of both sides, as attacks read them.
///
/// @param outputs as the model gives them, row after row
/// @param meaning what they are; in survival, of the hazards
/// @param words for the dossier: what was read and what it was taken for
@SuppressWarnings("ArrayRecordComponent") // held by reference, read only, never compared
record Answers(Prepared rows, float[] outputs, Meaning meaning, double floor, String words) {
  /// The grain of a float near 1: what a saturated probability can still tell.
  private static final double GRAIN = 1e-7;

  /// Asks the model about all rows.
  static Answers of(Prepared rows, ModelSession session, Meaning said) {
    float[] outputs = session.score(rows.encoded().values(), rows.encoded().rows(), rows.texts());
    Head head = session.head();
    Meaning meaning = said;
    String words = head.words().endsWith(".") ? head.words() : head.words() + ".";
    if (said == Meaning.UNKNOWN) {
      boolean look =
          hasClasses(rows.task()) && Predictions.lookLikeProbabilities(outputs, session.outputs());
      meaning = look ? Meaning.PROBABILITIES : Meaning.LOGITS;
      words +=
          look
              ? " The outputs were taken for probabilities, as all of them look like such."
              : hasClasses(rows.task()) ? " The outputs were taken for logits." : "";
    }
    double floor = head.trees() > 1 ? Predictions.floorOfTrees(head.trees()) : GRAIN;
    return new Answers(rows, outputs, meaning, floor, words);
  }

  /// Outputs that were read from a table.
  static Answers read(Prepared rows, float[] outputs, boolean probabilities) {
    return new Answers(
        rows, outputs, probabilities ? Meaning.PROBABILITIES : Meaning.LOGITS, GRAIN, "");
  }

  private static boolean hasClasses(Task task) {
    return task == Task.BINARY || task == Task.MULTICLASS;
  }

  /// Numbers a row.
  int width() {
    return outputs.length / rows.rows();
  }

  /// What the numbers are called.
  String unit() {
    return switch (rows.task()) {
      case BINARY, MULTICLASS -> meaning == Meaning.PROBABILITIES ? "probability" : "logit";
      case REGRESSION -> "value";
      case SURVIVAL -> "hazard";
      case RISK -> "risk score";
    };
  }

  /// Throws [dev.caisson.airlock.attack.UnusableOutputException] where an output cannot be scored.
  Predictions predictions() {
    float[] some = outputs;
    float[] labels = rows.labels();
    boolean probabilities = meaning == Meaning.PROBABILITIES;
    return switch (rows.task()) {
      case BINARY, MULTICLASS ->
          probabilities
              ? Predictions.ofProbabilities(rows.task(), width(), some, labels, floor)
              : new Predictions(rows.task(), width(), some, labels);
      case REGRESSION -> new Predictions(rows.task(), 1, some, labels);
      case SURVIVAL ->
          new Predictions(rows.task(), 1, followUp().logLikelihoods(some, probabilities), labels);
      case RISK -> new Predictions(rows.task(), 1, first(some), labels);
    };
  }

  /// No attack reads a risk score; the first of several stands for all.
  private float[] first(float[] some) {
    float[] first = new float[some.length / width()];
    for (int row = 0; row < first.length; row++) {
      first[row] = some[row * width()];
    }
    return first;
  }

  private FollowUp followUp() {
    return rows.followUp()
        .orElseThrow(() -> new IllegalStateException("survival has times, or is a risk score"));
  }
}
