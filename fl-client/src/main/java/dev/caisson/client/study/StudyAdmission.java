package dev.caisson.client.study;

import dev.caisson.dataset.HoldOut;
import dev.caisson.dataset.Samples;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Limits;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.trust.Digest;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The gate through which a study reaches this site's rows: who signed the plan, policy, model,
/// hold-out, in this order. Deterministic: while the custodian changes nothing, the same plan is
/// always answered the same way, with the same hold-out.
public final class StudyAdmission {
  private final String site;
  private final StudyPolicy policy;
  private final Digest dataset;
  private final int features;
  private final Samples persons;
  private final SplitKey splitKey;
  private final KnownResearchers researchers;

  public StudyAdmission(
      String site,
      StudyPolicy policy,
      Digest dataset,
      int features,
      Samples persons,
      SplitKey splitKey,
      KnownResearchers researchers) {
    this.site = site;
    this.policy = policy;
    this.dataset = dataset;
    this.features = features;
    this.persons = persons;
    this.splitKey = splitKey;
    this.researchers = researchers;
  }

  /// What became of an offer.
  public sealed interface Answer {
    record Admitted(LocalStudy study) implements Answer {}

    /// In words for the researcher: rules, never anything about rows.
    record Refused(String reason) implements Answer {}
  }

  /// Where a site gets the model file that an offer names.
  @FunctionalInterface
  public interface ModelSource {
    /// Puts it into a file, which is deleted as soon as the model is open.
    Path fetch(Digest model) throws IOException;
  }

  /// Why this site does not take a plan's researcher at their word, as its custodian has it now;
  /// empty if it does.
  public Optional<String> unsigned(SignedPlan plan) throws IOException {
    return researchers.objection(plan);
  }

  public Answer judge(String study, SignedPlan offered, ModelSource models) throws IOException {
    Optional<String> unsigned = unsigned(offered);
    if (unsigned.isPresent()) {
      return new Answer.Refused(unsigned.get());
    }
    Digest modelDigest = offered.model();
    StudyPlan plan;
    try {
      plan = PlanReader.read("plan", offered.text());
    } catch (BadYamlException e) {
      return new Answer.Refused("the plan is not readable: " + e.getMessage());
    }
    Optional<String> objection = policy.objection(plan, site, dataset);
    if (objection.isPresent()) {
      return new Answer.Refused(objection.get());
    }
    int allowed = policy.maximumParameters();
    if (plan.model().isPresent() && plan.model().get().parameters() > allowed) {
      return tooLarge(plan.model().get().parameters()); // before anything of that size is made
    }
    OnnxModel model;
    try {
      model = open(models.fetch(modelDigest), allowed);
    } catch (InvalidModelException e) {
      return new Answer.Refused("the model is not acceptable: " + e.getMessage());
    }
    if (plan.model().isPresent()
        && !PlannedModel.of(plan.model().get(), plan.seed()).digest().equals(modelDigest)) {
      return new Answer.Refused("the model file is not the one that the plan describes");
    }
    if (plan.method().warmStart().isPresent()
        && !plan.method().warmStart().get().model().equals(modelDigest)) {
      return new Answer.Refused("the model file is not the released one that the plan names");
    }
    if (model.layout().length() < 1 || model.layout().length() > allowed) {
      return tooLarge(model.layout().length());
    }
    Optional<String> indivisible =
        plan.personal()
            .objection(model.layout().parameters().stream().map(Parameter::name).toList());
    if (indivisible.isPresent()) {
      return new Answer.Refused(indivisible.get());
    }
    SharedPart shared = new SharedPart(model, plan.personal());
    Optional<String> tooLong = LocalStudy.tooLong(plan, shared.length(), shared.headLength());
    if (tooLong.isPresent()) {
      return new Answer.Refused(tooLong.get());
    }
    if (persons.rows() > plan.audit().maxPersons()) {
      return new Answer.Refused("this site has more persons than the plan's audit can count");
    }
    HoldOut holdOut = splitKey.holdOut(plan.digest(), plan.holdOutFraction());
    try {
      HoldOut.Split split = holdOut.split(persons, policy.minimumHeldOut());
      if (oneSided(split.members()) || oneSided(split.heldOut())) {
        return new Answer.Refused("this site's persons do not suffice for the plan's hold-out");
      }
      return new Answer.Admitted(new LocalStudy(study, plan, model, split, holdOut.commitment()));
    } catch (HoldOut.TooSmallException e) {
      // The exact numbers stay here.
      return new Answer.Refused("this site's persons do not suffice for the plan's hold-out");
    } finally {
      holdOut.close();
    }
  }

  /// A mapped file is there without its name, and gone with the model.
  private static OnnxModel open(Path file, int allowed) throws IOException, InvalidModelException {
    try {
      return OnnxModel.open(file, Limits.ofStudy(Math.max(1, allowed)));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /// How many bytes a model file may have at this site: four for each number that its policy
  /// allows, and room for all else.
  public long mostModelBytes() {
    return 4L * policy.maximumParameters() + (64L << 20);
  }

  private Answer tooLarge(int parameters) {
    return new Answer.Refused(
        "the model has %d trainable numbers, this site allows 1 to %d"
            .formatted(parameters, policy.maximumParameters()));
  }

  /// How many numbers a person becomes.
  public int features() {
    return features;
  }

  /// Whether all persons have the same outcome, so that no AUC exists.
  private static boolean oneSided(Samples side) {
    float[] labels = side.labels();
    for (float label : labels) {
      if (label != labels[0]) {
        return false;
      }
    }
    return true;
  }
}
