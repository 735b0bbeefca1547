package dev.caisson.airlock.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.client.study.PlannedModel;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.onnx.ValueInfo;
import dev.caisson.runtime.train.Engine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.EngineUnavailableException;
import dev.caisson.runtime.train.EnsembleTrainer;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.UnsupportedModelException;
import dev.caisson.trust.Digest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What sites refuse, in whose words, and what stays with them.
final class AdmissionTest extends LiveFederation {
  @Test
  void aRefusalByPolicyReachesTheResearcherInWords() throws Exception {
    settings("b", 2);
    for (String site : SITES) {
      run(site);
    }
    StudyPlan plan = plan();
    refused(plan, "'b' refuses (3 rounds are more than this site's 2)");
    refused(
        plan("project: trial", "project: other"),
        "' refuses (project 'other' is not allowed at this site)");
    Digest other = Digest.ofText("other");
    refused(
        plan(plan.dataset().toString(), other.toString()),
        "' refuses (the plan is for the dataset description %s, this site holds %s)"
            .formatted(other.shortHex(), plan.dataset().shortHex()));
    refused(
        plan("rounds: 3", "rounds: 2", "clip-norm: " + CLIP, "clip-norm: 2"),
        "a clip norm of 2.0 is more than this site's 1.0");
    refused(
        plan("rounds: 3", "rounds: 2", "epochs: 1", "epochs: 3"),
        "3 epochs a round are more than this site's 2");
  }

  /// One refusal is enough where all three are needed, whichever comes first.
  private void refused(StudyPlan plan, String words) throws Exception {
    OnnxModel model = PlannedModel.of(plan.model().orElseThrow(), plan.seed());
    List<StudyEvent> events = trained(submit(plan, model));
    assertThat(events.getLast().getState()).isEqualTo("failed");
    assertThat(events.getLast().getText()).contains("the plan needs 3 sites").contains(words);
  }

  /// The plan describes an MLP from seed 7; another file comes with it.
  @Test
  void aModelThatIsNotThePlansIsRefused() throws Exception {
    for (String site : SITES) {
      run(site);
    }
    StudyPlan plan = plan();
    List<StudyEvent> events =
        trained(submit(plan, PlannedModel.of(plan.model().orElseThrow(), plan.seed() + 1)));
    assertThat(events.getLast().getText())
        .contains("' refuses (the model file is not the one that the plan describes)");
  }

  /// Before any training: the sites open the model at admission.
  @Test
  void aModelThatThePlansEngineCannotTrainIsRefusedNamingTheNodeAndTheEngineThatCan()
      throws Exception {
    for (String site : SITES) {
      run(site);
    }
    OnnxModel model =
        OnnxModel.of(
            new Graph(
                "g",
                List.of(ValueInfo.of("x", ElementType.FLOAT, Shape.of(Shape.FREE, 3))),
                List.of(ValueInfo.of("y", ElementType.FLOAT, Shape.of(Shape.FREE, 1))),
                List.of(
                    new Node(
                        "norm",
                        "LayerNormalization",
                        List.of("x", "scale"),
                        List.of("n"),
                        Map.of()),
                    new Node("last", "MatMul", List.of("n", "w"), List.of("y"), Map.of())),
                List.of(
                    Tensor.ofFloats("scale", Shape.of(3), new float[] {1, 1, 1}),
                    Tensor.ofFloats("w", Shape.of(3, 1), new float[] {1, -1, 1}))),
            20);
    String described = "model: {kind: mlp, inputs: 3, hidden: [4]}\n";
    StudyPlan byDl4j = plan(described, "", "momentum: 0.5", "momentum: 0.5, engine: dl4j");
    List<StudyEvent> events = trained(submit(byDl4j, model));
    assertThat(events.getLast().getState()).isEqualTo("failed");
    assertThat(events.getLast().getText())
        .contains("the model cannot be trained here: ")
        .contains("'norm'", "LayerNormalization")
        .contains("the dl4j engine lacks it; the pytorch engine has it");
    assertThat(texts(events)).noneMatch(text -> text.startsWith("round"));

    List<StudyEvent> byPyTorch = trained(submit(plan(described, ""), model));
    assertThat(byPyTorch.getLast().getState()).isEqualTo("candidate");
  }

  private static final String PATH = "/home/anna/.cache/caisson/libtorch.so";

  /// Which paths and libraries a host has is nobody's business outside.
  @Test
  void whyAnEngineIsNotThereStaysAtTheSite() throws Exception {
    run("a");
    run("b", _ -> new Unopening(new EngineUnavailableException("cannot load " + PATH)));
    run("c");
    List<StudyEvent> events = small();
    assertThat(events.getLast().getState()).isEqualTo("failed");
    assertThat(events.getLast().getText())
        .contains(
            "'b' refuses (the plan's engine cannot compute at this site; its custodian's log says"
                + " why)");
    assertThat(texts(events)).noneMatch(text -> text.contains("anna"));
    assertThat(homes.home("b").resolve("ledger.jsonl")).content().contains("no engine", PATH);
  }

  static List<Throwable> failures() {
    return List.of(
        new OutOfMemoryError("Java heap space, " + PATH),
        new UnsatisfiedLinkError(PATH + ": undefined symbol"),
        new IllegalStateException(PATH));
  }

  /// None of them is foreseen. The coordinator has an answer, and the site goes on.
  @ParameterizedTest
  @MethodSource("failures")
  void anEngineThatBreaksAtAdmissionIsARefusalAndTheSiteTakesTheNextStudy(Throwable failure)
      throws Exception {
    AtomicReference<Engine> engine = new AtomicReference<>(new Unopening(failure));
    run("a");
    run("b", _ -> engine.get());
    run("c");
    List<StudyEvent> events = small();
    assertThat(events.getLast().getText())
        .contains("'b' refuses (the engine failed at this site; its custodian's log says why)");
    assertThat(texts(events)).noneMatch(text -> text.contains("anna"));
    assertThat(homes.home("b").resolve("ledger.jsonl")).content().contains("failed", PATH);

    engine.set(Engines.named("pytorch"));
    assertThat(small().getLast().getState()).isEqualTo("candidate");
  }

  /// Nor is this: the round is lost to the site, and the next one is not.
  @Test
  void anEngineThatBreaksInARoundCostsThatRoundOnly() throws Exception {
    AtomicBoolean breaks = new AtomicBoolean(true);
    run("a");
    run("b", _ -> new Stumbling(Engines.named("pytorch"), breaks));
    run("c");
    List<StudyEvent> events = small();
    assertThat(events.getLast().getState()).as("%s", texts(events)).isEqualTo("candidate");
    assertThat(breaks).isFalse();
    assertThat(texts(events)).noneMatch(text -> text.contains("anna"));
    assertThat(homes.home("b").resolve("ledger.jsonl")).content().contains("failed", PATH);
  }

  /// An engine whose first training ends in an exception that nobody foresaw.
  private record Stumbling(Engine engine, AtomicBoolean breaks) implements Engine {
    @Override
    public String name() {
      return engine.name();
    }

    @Override
    public List<String> lacks(OnnxModel model) {
      return engine.lacks(model);
    }

    @Override
    public Trainer open(OnnxModel model, TrainingRecipe recipe, EngineOptions options)
        throws UnsupportedModelException, InvalidModelException {
      Trainer inner = engine.open(model, recipe, options);
      return (Trainer)
          Proxy.newProxyInstance(
              Trainer.class.getClassLoader(),
              new Class<?>[] {Trainer.class},
              (_, method, arguments) -> {
                if (method.getName().equals("train") && breaks.getAndSet(false)) {
                  throw new IllegalStateException(PATH);
                }
                try {
                  return method.invoke(inner, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    @Override
    public EnsembleTrainer openEnsemble(
        OnnxModel model, int members, TrainingRecipe recipe, EngineOptions options) {
      throw new AssertionError("not asked for");
    }
  }

  private List<StudyEvent> small() throws Exception {
    StudyPlan plan = plan();
    return trained(submit(plan, PlannedModel.of(plan.model().orElseThrow(), plan.seed())));
  }

  /// An engine that opens nothing.
  private record Unopening(Throwable failure) implements Engine {
    @Override
    public String name() {
      return "pytorch";
    }

    @Override
    public List<String> lacks(OnnxModel model) {
      return List.of();
    }

    @Override
    public Trainer open(OnnxModel model, TrainingRecipe recipe, EngineOptions options)
        throws UnsupportedModelException {
      switch (failure) {
        case UnsupportedModelException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new AssertionError(failure);
      }
    }

    @Override
    public EnsembleTrainer openEnsemble(
        OnnxModel model, int members, TrainingRecipe recipe, EngineOptions options) {
      throw new AssertionError("not asked for");
    }
  }
}
