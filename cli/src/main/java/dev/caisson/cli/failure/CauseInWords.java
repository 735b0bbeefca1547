package dev.caisson.cli.failure;

import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// An exception and its causes as one line of words, outermost first: "cannot start the
/// coordinator: address already in use". Wrappers that add nothing are left out, and so is a cause
/// that its parent already quotes. The line is for people; nothing may parse it.
public final class CauseInWords {
  private static final int MAX_CAUSES = 8;

  private CauseInWords() {}

  public static String of(Throwable failure) {
    if (failure instanceof CommandFailure complete) {
      String message = complete.getMessage();
      return message == null ? name(complete) : message;
    }
    List<String> parts = new ArrayList<>();
    Throwable at = failure;
    for (int depth = 0; at != null && depth < MAX_CAUSES; depth++) {
      if (!isWrapper(at)) {
        String words = words(at);
        if (parts.isEmpty() || !parts.getLast().contains(bare(words))) {
          parts.add(words);
        }
      }
      at = at instanceof CommandFailure ? null : at.getCause();
    }
    return String.join(": ", parts);
  }

  /// Without the name of a status, as gRPC puts it in front.
  private static String bare(String words) {
    return words.replaceFirst("^[A-Z_]{2,30}: ", "");
  }

  /// The first line of an exception's own message, or its name in words.
  public static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? name(failure)
        : oneLine(message.lines().findFirst().orElse(""));
  }

  private static boolean isWrapper(Throwable e) {
    Throwable cause = e.getCause();
    if (cause == null) {
      return false;
    }
    return e instanceof ExecutionException
        || e instanceof CompletionException
        || (e instanceof UncheckedIOException && cause.toString().equals(e.getMessage()))
        || e instanceof ExceptionInInitializerError;
  }

  private static String words(Throwable e) {
    return switch (e) {
      case NoSuchFileException f -> file("no such file or directory", f);
      case AccessDeniedException f -> file("permission denied", f);
      case FileAlreadyExistsException f -> file("already exists", f);
      case DirectoryNotEmptyException f -> file("directory is not empty", f);
      case NotDirectoryException f -> file("not a directory", f);
      case FileSystemException f when f.getReason() == null -> file("cannot use the file", f);
      case FileNotFoundException f -> oneLine(f.getMessage());
      case UnknownHostException f -> "unknown host: " + oneLine(f.getMessage());
      case BindException f -> lowerFirst(oneLine(f.getMessage()));
      case OutOfMemoryError f -> outOfMemory(f);
      case NullPointerException f -> bug(f);
      case ClassCastException f -> bug(f);
      case IndexOutOfBoundsException f -> bug(f);
      default -> firstLine(e);
    };
  }

  private static String file(String what, FileSystemException e) {
    String reason = e.getReason();
    return "%s: %s%s".formatted(what, e.getFile(), reason == null ? "" : " (" + reason + ")");
  }

  private static String outOfMemory(OutOfMemoryError e) {
    return "out of memory (%s) with at most %d MiB of heap; raise it with CAISSON_JAVA_OPTS=-Xmx..."
        .formatted(oneLine(e.getMessage()), Runtime.getRuntime().maxMemory() >> 20);
  }

  private static String bug(RuntimeException e) {
    return "this is a bug in Caisson, please report it with the output of --verbose: %s, %s"
        .formatted(name(e), oneLine(e.getMessage()));
  }

  /// `IllegalStateException` becomes "illegal state".
  private static String name(Throwable e) {
    String simple = e.getClass().getSimpleName().replaceFirst("(Exception|Error|Failure)$", "");
    String words = simple.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    return words.isEmpty() ? e.getClass().getName() : words;
  }

  private static String lowerFirst(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  private static String oneLine(@Nullable String message) {
    return message == null ? "no details" : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
