package dev.caisson.airlock.dossier;

import java.util.List;

/// The questions that checks answer, told apart by the first word of their names.
enum CheckGroup {
  FILE(
      "The file",
      "Is it a model file and nothing else?",
      "file archive pickle torch attributes graph model tensors text"),
  ROWS(
      "Rows and tables",
      "Are rows, labels or identifiers of members stored in it?",
      "rows tables trees"),
  STRUCTURE("Structure", "Does its structure single people out?", "structure"),
  WEIGHTS("Weights", "Do the weights look as if they carried something else?", "weights"),
  EVIDENCE(
      "Is the evidence to be believed?",
      "Were the model and its data put together as they were in training, and are there enough people?",
      "evidence"),
  ATTACKS(
      "Attacks against limits",
      "How does what attackers achieve compare with the limits?",
      "attack gap"),
  POLICY("The policy", "What does the release policy ask for besides?", "policy"),
  OTHER("Other checks", "", "");

  private final String title;
  private final String question;

  /// Separated by spaces.
  private final String firstWords;

  CheckGroup(String title, String question, String firstWords) {
    this.title = title;
    this.question = question;
    this.firstWords = firstWords;
  }

  static CheckGroup of(Check check) {
    String first = check.name().split("[.:]", 2)[0];
    for (CheckGroup group : values()) {
      if (List.of(group.firstWords.split(" ")).contains(first)) {
        return group;
      }
    }
    return OTHER;
  }

  String title() {
    return title;
  }

  String question() {
    return question;
  }
}
