package dev.caisson.airlock.assess;

import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.policy.Destination;
import dev.caisson.airlock.policy.PolicyFile;
import dev.caisson.airlock.table.Roles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What an assessment is asked to do.
///
/// @param model the file; empty where only its scores are at hand
/// @param scores a table of outputs by id; needed for attacks where the model is no ONNX file
/// @param features the columns in the order of training, as a note beside the model says; or empty
/// @param claimed the declared metric as given: `auc=.81`
/// @param policySaid whether a policy was given, else `policy` is the default
/// @param home where attempts and keys are kept
/// @param software name and version of what assesses, for the dossier
public record Request(
    Optional<Path> model,
    Optional<Path> scores,
    Path members,
    Path nonMembers,
    Roles roles,
    Optional<Task> task,
    Optional<Path> mapping,
    List<String> classes,
    List<String> features,
    Optional<String> claimed,
    PolicyFile policy,
    boolean policySaid,
    Destination destination,
    int threads,
    Path home,
    String software) {

  public Request {
    classes = List.copyOf(classes);
    features = List.copyOf(features);
    if (model.isEmpty() && scores.isEmpty()) {
      throw new IllegalArgumentException("neither a model nor its scores were given");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread works, got " + threads);
    }
  }

  /// The file whose digest names the attempt.
  Path subject() {
    return model.or(() -> scores).orElseThrow();
  }
}
