package dev.caisson.airlock.mapping;

/// A table, a mapping and a model that do not fit one another. The message is complete for a
/// person; it names columns and row numbers and shows no cell, but labels and class names.
public final class BadMappingException extends Exception {
  BadMappingException(String problem) {
    super(problem);
  }
}
