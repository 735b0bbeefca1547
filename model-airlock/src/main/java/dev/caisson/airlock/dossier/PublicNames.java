package dev.caisson.airlock.dossier;

import java.util.List;

/// Names without columns in them: attribute inference on `age` becomes `attribute:1`. What a
/// federation wrote stays as it is: it names no columns.
final class PublicNames {
  private static final String ATTRIBUTE = "attribute:";
  private static final String PLAINLY =
      "guesses an attribute from the rest of the record, and finds whether that works better for"
          + " members";

  private final List<String> attributes;
  private final boolean local;

  private PublicNames(List<String> attributes, boolean local) {
    this.attributes = attributes;
    this.local = local;
  }

  static PublicNames of(Dossier full, boolean local) {
    return new PublicNames(
        full.attacks().stream()
            .map(AttackFigures::name)
            .filter(name -> name.startsWith(ATTRIBUTE))
            .toList(),
        local);
  }

  AttackFigures attack(AttackFigures a) {
    int index = attributes.indexOf(a.name());
    if (!local || index < 0) {
      return a;
    }
    return new AttackFigures(
        ATTRIBUTE + (index + 1),
        PLAINLY,
        a.auc(),
        a.aucInterval(),
        a.p(),
        a.tprAtFpr(),
        a.tprIntervals(),
        a.advantage(),
        a.advantageInterval(),
        a.logRatio(),
        a.smallestDetectableAuc(),
        a.members(),
        a.nonMembers(),
        a.seconds());
  }

  /// The name of a check on an attack, `attack.NAME.FIGURE`.
  String check(String name) {
    if (!local || !name.startsWith("attack.attribute")) {
      return name;
    }
    for (int i = 0; i < attributes.size(); i++) {
      String prefix = "attack." + attributes.get(i) + ".";
      if (name.startsWith(prefix)) {
        return "attack." + ATTRIBUTE + (i + 1) + "." + figure(name);
      }
    }
    return "attack.attribute." + figure(name);
  }

  NotRun notRun(NotRun item) {
    return local && item.what().contains(ATTRIBUTE)
        ? new NotRun("Attack attribute", "not possible on one of the columns.")
        : item;
  }

  /// One of the figures that limits are set for; anything else may be the end of a column's name.
  private static String figure(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return List.of("auc", "tpr-at-10-percent", "tpr-at-1-percent", "tpr-at-0.1-percent")
            .contains(last)
        ? last
        : "figure";
  }
}
