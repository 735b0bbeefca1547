package dev.caisson.server.study;

import java.util.Locale;

/// Why a study is to stand still.
enum Pause {
  NONE,
  /// A person asked for it.
  ASKED,
  /// Sites that it needs were away for too long; it goes on by itself when they are back.
  MISSING,
  /// Something failed that a person has to look at.
  TROUBLE;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Pause ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
