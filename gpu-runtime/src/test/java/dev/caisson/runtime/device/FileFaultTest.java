package dev.caisson.runtime.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

final class FileFaultTest {
  @Test
  void everyFileComesWithAReason() {
    assertThat(FileFault.inWords(new AccessDeniedException("/a")))
        .isEqualTo("/a: permission denied");
    assertThat(FileFault.inWords(new FileAlreadyExistsException("/a")))
        .isEqualTo("/a: a file is in the way");
    assertThat(FileFault.inWords(new NoSuchFileException("/a"))).isEqualTo("/a: it is not there");
    assertThat(FileFault.inWords(new NotDirectoryException("/a"))).isEqualTo("/a: it is no folder");
    assertThat(FileFault.inWords(new DirectoryNotEmptyException("/a")))
        .isEqualTo("/a: DirectoryNotEmptyException");
    assertThat(FileFault.inWords(new FileSystemException("/a", null, "No space left on device")))
        .isEqualTo("/a: No space left on device");
    assertThat(FileFault.inWords(new IOException("Input/output error")))
        .isEqualTo("Input/output error");
    assertThat(FileFault.inWords(new IOException())).isEqualTo("IOException");
  }
}
