package dev.caisson.runtime.device;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What went wrong with a file, in words: the JDK's exceptions say which file, and often not what.
public final class FileFault {
  private FileFault() {}

  /// The file, where the exception names one, and the reason.
  public static String inWords(IOException error) {
    return switch (error) {
      case AccessDeniedException e -> file(e, "permission denied");
      case FileAlreadyExistsException e -> file(e, "a file is in the way");
      case NoSuchFileException e -> file(e, "it is not there");
      case NotDirectoryException e -> file(e, "it is no folder");
      case FileSystemException e when e.getReason() == null ->
          file(e, e.getClass().getSimpleName());
      default -> {
        String message = error.getMessage();
        yield message == null ? error.getClass().getSimpleName() : message;
      }
    };
  }

  private static String file(FileSystemException error, String reason) {
    return "%s: %s".formatted(error.getFile(), reason);
  }
}
