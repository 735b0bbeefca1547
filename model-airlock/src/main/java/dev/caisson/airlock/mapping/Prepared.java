package dev.caisson.airlock.mapping;

import dev.caisson.airlock.attack.Attribute;
import dev.caisson.airlock.attack.Inputs;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.mapping.AttributeChoice.Block;
import dev.caisson.airlock.table.RecordColumn;
import dev.caisson.airlock.table.Records;
import dev.caisson.airlock.table.Scores;
import dev.caisson.dataset.Column;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.FeatureMap;
import dev.caisson.runtime.onnx.Meaning;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// What an assessment needs of the rows of both sides: as read, as the model sees them, and what is
/// true of them. The members' rows come first. Arrays are held and given by reference; where
/// nothing had to be encoded, rows as read and as seen are one array. Holds persons' data:
/// `toString` shows sizes only.
public final class Prepared {
  private final Records raw;
  private final Inputs encoded;
  private final List<String> features;
  private final List<List<String>> texts;
  private final Labelling labelling;
  private final Optional<FollowUp> followUp;
  private final List<Block> blocks;
  private final List<String> words;

  private Prepared(
      Records raw,
      Inputs encoded,
      List<String> features,
      List<List<String>> texts,
      Labelling labelling,
      Mapping mapping,
      List<Block> blocks,
      List<String> words)
      throws BadMappingException {
    this.raw = raw;
    this.encoded = encoded;
    this.features = List.copyOf(features);
    this.texts = List.copyOf(texts);
    this.labelling = labelling;
    this.followUp =
        labelling.task() == Task.SURVIVAL && mapping.survival().isPresent()
            ? Optional.of(FollowUp.of(raw, mapping.survival().get(), labelling.labels()))
            : Optional.empty();
    this.blocks = blocks;
    List<String> all = new ArrayList<>(words);
    all.addAll(labelling.words());
    this.words = List.copyOf(all);
  }

  /// Rows encoded for a model, by its mapping or by names and order.
  public static Prepared of(Records records, ModelShape model, Mapping mapping, Wanted wanted)
      throws BadMappingException {
    EncodingPlan plan = EncodingPlan.of(records.columns(), model, mapping, wanted.features());
    Labelling labelling = Labelling.of(records, model, mapping, wanted);
    Inputs encoded = new Inputs(plan.width(), RowEncoding.encode(records, plan));
    List<Block> blocks = new ArrayList<>();
    int at = 0;
    for (Step step : plan.steps()) {
      Block.Kind kind =
          switch (step) {
            case Step.Scaled _ -> Block.Kind.NUMBER;
            case Step.OneHot _ -> Block.Kind.ONE_HOT;
            case Step.Text _ -> Block.Kind.CODE;
          };
      blocks.add(new Block(records.columns().get(step.column()).name(), at, step.width(), kind));
      at += step.width();
    }
    return new Prepared(
        records,
        encoded,
        plan.names(records.columns(), mapping),
        plan.texts(),
        labelling,
        mapping,
        blocks,
        plan.words());
  }

  /// Rows encoded as a data set's description says.
  ///
  /// @param cells as [dev.caisson.airlock.table.DescribedCells] read them
  public static Prepared described(
      Records records,
      DatasetDescription description,
      float[] cells,
      ModelShape model,
      Mapping mapping,
      Wanted wanted)
      throws BadMappingException {
    FeatureMap features = description.features();
    if (features.width() != model.width()) {
      throw new BadMappingException(
          "the data set '%s' gives %d numbers a row, and the model wants %d: %s"
              .formatted(
                  description.name(), features.width(), model.width(), model.inputsInWords()));
    }
    Wanted complete =
        wanted.classes().isEmpty()
                && mapping.classes().isEmpty()
                && model.classes().isEmpty()
                && description.label().name().equals(records.labelColumn().name())
            ? new Wanted(wanted.task(), description.label().values(), wanted.features())
            : wanted;
    List<Block> blocks = new ArrayList<>();
    List<String> columns = features.features().stream().map(f -> f.column()).toList();
    for (Column column : description.columns()) {
      boolean category = column instanceof Column.Category;
      int width = column instanceof Column.Category c ? c.categories().size() : 1;
      blocks.add(
          new Block(
              column.name(),
              columns.indexOf(column.name()),
              width,
              category ? Block.Kind.ONE_HOT : Block.Kind.NUMBER));
    }
    return new Prepared(
        records,
        new Inputs(features.width(), cells),
        features.names(),
        Collections.nCopies(features.width(), List.of()),
        Labelling.of(records, model, mapping, complete),
        mapping,
        blocks,
        List.of(
            "Rows are encoded as the description of the data set '%s' says (%s)."
                .formatted(description.name(), description.digest())));
  }

  /// Rows whose outputs were read from a table: nothing is encoded, attacks see the cells as read.
  public static Prepared scored(Records records, Scores scores, Mapping mapping, Wanted wanted)
      throws BadMappingException {
    ModelShape model =
        new ModelShape(
            List.of(),
            scores.width(),
            mapping
                .gives()
                .orElse(scores.probabilities() ? Meaning.PROBABILITIES : Meaning.UNKNOWN),
            scores.classes());
    List<Block> blocks = new ArrayList<>();
    List<List<String>> texts = new ArrayList<>();
    for (RecordColumn column : records.columns()) {
      blocks.add(
          new Block(
              column.name(),
              blocks.size(),
              1,
              column.isText() ? Block.Kind.CODE : Block.Kind.NUMBER));
      texts.add(column.texts());
    }
    return new Prepared(
        records,
        new Inputs(records.columns().size(), records.cells()),
        records.columns().stream().map(RecordColumn::name).toList(),
        texts,
        Labelling.of(records, model, mapping, wanted),
        mapping,
        blocks,
        List.of(scores.words()));
  }

  /// Rows beside a model that nobody can ask: labels count as values, or as the codes of texts.
  public static Prepared unasked(Records records) throws BadMappingException {
    Labelling labelling = Labelling.unasked(records);
    return new Prepared(
        records,
        new Inputs(records.columns().size(), records.cells()),
        records.columns().stream().map(RecordColumn::name).toList(),
        records.columns().stream().map(RecordColumn::texts).toList(),
        labelling,
        Mapping.NONE,
        List.of(),
        List.of());
  }

  public Records raw() {
    return raw;
  }

  /// As the model sees them; a text position holds the index into its dictionary, NaN is missing.
  public Inputs encoded() {
    return encoded;
  }

  /// Whether the model sees the rows as they were read.
  @SuppressWarnings("ReferenceEquality") // one array, or two
  public boolean asRead() {
    return raw.cells() == encoded.values();
  }

  /// A name for each position of an encoded row.
  public List<String> features() {
    return features;
  }

  /// For each position the dictionary of a text input, else an empty list.
  public List<List<String>> texts() {
    return texts;
  }

  public Task task() {
    return labelling.task();
  }

  /// In the order of the outputs; with one output, the last is the class that it is about; empty in
  /// regression.
  public List<String> classes() {
    return labelling.classes();
  }

  /// The index of a row's class, its value, or 1 for an event.
  public float[] labels() {
    return labelling.labels();
  }

  public int rows() {
    return raw.rows();
  }

  public int memberRows() {
    return raw.memberRows();
  }

  public int[] personOf() {
    return raw.personOf();
  }

  /// How many persons had rows on both sides.
  public int sharedPersons() {
    return raw.sharedPersons();
  }

  /// Of survival in discrete time.
  public Optional<FollowUp> followUp() {
    return followUp;
  }

  /// What was taken for granted of inputs, task and classes, for the dossier.
  public List<String> words() {
    return words;
  }

  /// Which attributes an attacker may try to infer; found anew at each call.
  public List<Attribute> attributes() {
    return AttributeChoice.of(encoded, blocks);
  }

  @Override
  public String toString() {
    return "Prepared[%s, %s]".formatted(raw, encoded);
  }
}
