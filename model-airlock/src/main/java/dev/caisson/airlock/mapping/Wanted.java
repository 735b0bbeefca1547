package dev.caisson.airlock.mapping;

import dev.caisson.airlock.attack.Task;
import java.util.List;
import java.util.Optional;

/// What the caller says of a model beside its mapping.
///
/// @param task SURVIVAL also where only a risk score is given
/// @param classes in the order of the outputs
/// @param features the columns in the order in which the model was trained, as a note beside it
///   says
public record Wanted(Optional<Task> task, List<String> classes, List<String> features) {
  public static final Wanted NOTHING = new Wanted(Optional.empty(), List.of(), List.of());

  public Wanted {
    classes = List.copyOf(classes);
    features = List.copyOf(features);
  }

  public Wanted withTask(Task task) {
    return new Wanted(Optional.of(task), classes, features);
  }

  public Wanted withClasses(String... classes) {
    return new Wanted(task, List.of(classes), features);
  }

  public Wanted withFeatures(List<String> features) {
    return new Wanted(task, classes, features);
  }
}
