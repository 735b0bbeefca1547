package dev.caisson.server.study;

/// The study has ended meanwhile: it was cancelled, or failed. Nothing of the change is kept.
final class StudyOverException extends RuntimeException {
  private static final long serialVersionUID = 1;

  StudyOverException(String study) {
    super("study '%s' is over".formatted(study));
  }
}
