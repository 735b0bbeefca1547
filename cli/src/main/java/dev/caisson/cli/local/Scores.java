package dev.caisson.cli.local;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.RowReader;
import dev.caisson.runtime.score.Scorer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Rows in, scores out, a batch at a time: memory does not grow with the table, unless its labels
/// are kept to judge by.
final class Scores {
  private static final int BATCH = 4096;

  /// Numbers of features held at once, for rows that are images.
  private static final int MOST_NUMBERS = 1 << 22;

  private final Scorer scorer;
  private final FeatureOrder order;
  private final WholeFeatures whole;
  private final Optional<TrainingNote> note;
  private final boolean probabilities;
  private final String id;

  /// @param id the column that is copied before the scores, where the table has it
  Scores(
      Scorer scorer,
      FeatureOrder order,
      WholeFeatures whole,
      Optional<TrainingNote> note,
      boolean probabilities,
      String id)
      throws CommandFailure {
    this.scorer = scorer;
    this.order = order;
    this.whole = whole;
    this.note = note;
    this.probabilities = probabilities;
    this.id = id;
    if (probabilities && isRegression()) {
      throw new CommandFailure(
          "this model was trained to predict the number '%s', which is no probability; leave out --probabilities"
              .formatted(note.map(TrainingNote::label).orElse("")));
    }
  }

  /// The true labels and the model's outputs, row after row.
  static final class Truth {
    private final LabelColumn labels;
    private float[] outputs = new float[0];
    private int size;

    Truth(String column) {
      labels = new LabelColumn(column);
    }

    LabelColumn labels() {
      return labels;
    }

    float[] outputs() {
      return Arrays.copyOf(outputs, size);
    }

    private void add(float[] more) {
      if (size + more.length > outputs.length) {
        outputs = Arrays.copyOf(outputs, Math.max(size + more.length, 2 * size));
      }
      System.arraycopy(more, 0, outputs, size, more.length);
      size += more.length;
    }
  }

  /// Scores all rows; tells how many.
  long write(RowReader rows, Appendable to, Optional<Truth> truth)
      throws IOException, BadTableException, CommandFailure {
    int width = scorer.features();
    int batch = Math.clamp(MOST_NUMBERS / width, 1, BATCH);
    boolean hasId = rows.has(id);
    to.append(hasId ? cell(id) : "row");
    for (String name : names()) {
      to.append(',').append(cell(name));
    }
    to.append('\n');
    float[] row = new float[width];
    float[] x = new float[batch * width];
    List<String> ids = new ArrayList<>();
    long done = 0;
    boolean more = true;
    while (more) {
      more = rows.next();
      if (more) {
        rows.copyTo(row, 0);
        order.arrange(row, 0, x, ids.size() * width);
        OptionalInt wrong = whole.firstWrong(x, ids.size() * width);
        if (wrong.isPresent()) {
          int column = order.column(wrong.getAsInt());
          throw rows.wrong(
              rows.features().get(column), "%s: %s".formatted(row[column], WholeFeatures.WORDS));
        }
        ids.add(hasId ? cell(rows.text(id)) : Long.toString(done + ids.size() + 1));
        truth.ifPresent(t -> t.labels().add(rows.text(t.labels().name()), rows.line()));
      }
      if (ids.size() == batch || (!more && !ids.isEmpty())) {
        float[] scores = scorer.logits(Arrays.copyOf(x, ids.size() * width), ids.size());
        truth.ifPresent(t -> t.add(scores));
        write(ids, scores, to);
        done += ids.size();
        ids.clear();
      }
    }
    if (done == 0) {
      throw new CommandFailure("the table is empty: no row under the header");
    }
    return done;
  }

  private void write(List<String> ids, float[] scores, Appendable to) throws IOException {
    int k = scorer.outputs();
    for (int i = 0; i < ids.size(); i++) {
      to.append(ids.get(i));
      float[] one = Arrays.copyOfRange(scores, i * k, (i + 1) * k);
      for (float score : probabilities ? probabilities(one) : one) {
        to.append(',').append(Float.toString(score));
      }
      to.append('\n');
    }
  }

  /// Sigmoid of one logit, softmax of several.
  static float[] probabilities(float[] logits) {
    if (logits.length == 1) {
      return new float[] {(float) (1 / (1 + Math.exp(-logits[0])))};
    }
    double highest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      highest = Math.max(highest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - highest);
    }
    float[] shares = new float[logits.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) (Math.exp(logits[i] - highest) / sum);
    }
    return shares;
  }

  /// What is written, in words.
  String what() {
    if (isRegression()) {
      return "predictions";
    }
    return probabilities ? "probabilities" : "logits";
  }

  private boolean isRegression() {
    return note.isPresent()
        && switch (note.get().loss()) {
          case MEAN_SQUARED_ERROR, HUBER -> true;
          case BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY -> false;
        };
  }

  private List<String> names() {
    String word = isRegression() ? "prediction" : probabilities ? "probability" : "logit";
    if (scorer.outputs() == 1) {
      return List.of(word);
    }
    List<String> classes = note.map(TrainingNote::classes).orElse(List.of());
    return IntStream.range(0, scorer.outputs())
        .mapToObj(i -> word + "_" + (i < classes.size() ? classes.get(i) : Integer.toString(i)))
        .toList();
  }

  private static String cell(String text) {
    return text.matches("(?s).*[,\"\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
