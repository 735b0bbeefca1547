package dev.caisson.cli.confine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Confines the whole process to its own directory.
///
/// **Guarantee** (outcome [Confined]): from then on no thread of this process, and no process that
/// it starts, can open, list, make, change, remove, link or rename anything in the file system but
/// what lies beneath the writable paths, nor read anything but those, the added readable paths and
/// what any Java process needs ([SystemPaths]). Symbolic links, `..`, `/proc/.../root`, mounts and
/// the same user id change nothing: the kernel judges the file that is meant. Files that were open
/// before are closed, except stdin, stdout and stderr. Processes outside cannot be traced nor, from
/// Linux 6.12, signalled.
///
/// **Not guaranteed:** the network is as open as before, unix sockets with a path included. Names,
/// sizes, times and modes of files elsewhere remain visible to one who knows the path, and a
/// process of the same user can still change modes and times there (Landlock does not govern `stat`
/// and `chmod`). Before Linux 6.2 a file elsewhere can be emptied, though not read or written.
///
/// A command calls [#enter] first of all. It replaces the process by itself under the rules (the
/// kernel confines a thread and what comes of it, so only a new start confines every thread of a
/// JVM) with the same id, arguments, environment and standard streams; what ran before is lost. The
/// second time round `enter` finds itself inside and returns. It costs one start of a JVM.
public final class Confinement {
  /// How it went.
  public sealed interface Outcome {}

  /// This process is inside. `landlockAbi` says which rights the kernel knows.
  public record Confined(int landlockAbi) implements Outcome {}

  /// This machine cannot confine a process, for this reason; nothing is confined. The caller
  /// decides whether to go on, and says so loudly if it does.
  public record Unavailable(String reason) implements Outcome {}

  private static final String MARKER = "CAISSON_CONFINED";
  private static final int CLOSE_RANGE_CLOEXEC = 4;

  private final Path directory;
  private final List<Path> readable;

  private Confinement(Path directory, List<Path> readable) {
    this.directory = directory;
    this.readable = readable;
  }

  /// Everything beneath `directory` may be read and written, and `directory/tmp` becomes
  /// `java.io.tmpdir`; both are made if they are missing.
  public static Confinement to(Path directory) {
    return new Confinement(notRoot(directory), List.of());
  }

  /// Lets these files or directories be read and executed too; one that is missing is passed over.
  public Confinement reading(Path... more) {
    List<Path> all = new ArrayList<>(readable);
    Stream.of(more).map(Confinement::notRoot).forEach(all::add);
    return new Confinement(directory, List.copyOf(all));
  }

  private static Path notRoot(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    if (absolute.getNameCount() == 0) {
      throw new IllegalArgumentException(
          "confining a process to %s is no confinement".formatted(path));
    }
    return absolute;
  }

  /// Enters, by starting this process anew, and returns [Confined] inside; or returns [Unavailable]
  /// at once.
  ///
  /// @throws IOException if a step failed half-way, or if the environment claims a confinement that
  ///   is not there: the process must end
  public Outcome enter() throws IOException {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux")) {
      return new Unavailable(
          "Landlock is a part of Linux, and this is " + System.getProperty("os.name"));
    }
    NativeCall.Result version = Landlock.abi();
    if (version.failed()) {
      return new Unavailable(
          "this kernel has no Landlock, or it is switched off: "
              + NativeCall.strerror(version.errno()));
    }
    int abi = (int) version.value();
    if (System.getenv(MARKER) != null) {
      if (canListRoot() || !Landlock.isWithoutNewPrivileges()) {
        throw new IOException(
            "%s is set, but this process is not confined: unset it".formatted(MARKER));
      }
      return new Confined(abi);
    }
    Path temporary = Files.createDirectories(directory.resolve("tmp"));
    byte[][] command = withTemporary(ownCommandLine(), temporary);
    String java = Path.of("/proc/self/exe").toRealPath().toString();
    try (Landlock rules = Landlock.denyAll(abi)) {
      grant(rules, command);
      rules.restrictThisThread();
    }
    Capabilities.drop();
    NativeCall.setenv(MARKER, "1");
    NativeCall.syscall(NativeCall.CLOSE_RANGE, 3, 0xffff_ffffL, CLOSE_RANGE_CLOEXEC, 0, 0)
        .orThrow("cannot mark open files to be closed");
    throw NativeCall.execv(java, command);
  }

  private void grant(Landlock rules, byte[][] command) throws IOException {
    List<Path> reading = new ArrayList<>(SystemPaths.readable());
    reading.addAll(readable);
    for (byte[] argument : command) {
      if (argument.length > 1 && argument[0] == '@') {
        reading.add(Path.of(text(argument).substring(1))); // Java's argument files
      }
    }
    for (Path path : reading) {
      if (Files.exists(path)) {
        rules.allowReading(path);
      }
    }
    for (Path path : SystemPaths.writable()) {
      if (Files.exists(path)) {
        rules.allowWriting(path);
      }
    }
    rules.allowWriting(directory);
  }

  /// The root directory is never among what may be listed, and every process outside can list it.
  private static boolean canListRoot() throws IOException {
    try (DirectoryStream<Path> root = Files.newDirectoryStream(Path.of("/"))) {
      return root.iterator().hasNext();
    } catch (AccessDeniedException e) {
      return false;
    }
  }

  /// This process's arguments, byte for byte.
  private static List<byte[]> ownCommandLine() throws IOException {
    List<byte[]> arguments = new ArrayList<>();
    ByteArrayOutputStream argument = new ByteArrayOutputStream();
    for (byte b : Files.readAllBytes(Path.of("/proc/self/cmdline"))) {
      if (b == 0) {
        arguments.add(argument.toByteArray());
        argument.reset();
      } else {
        argument.write(b);
      }
    }
    return arguments;
  }

  /// Puts `-Djava.io.tmpdir` right before the main class, where it is Java's last word.
  private static byte[][] withTemporary(List<byte[]> command, Path temporary) throws IOException {
    String mainClass = System.getProperty("sun.java.command", "").split(" ", 2)[0];
    for (int i = 1; i < command.size(); i++) {
      if (text(command.get(i)).equals(mainClass)) {
        List<byte[]> changed = new ArrayList<>(command);
        changed.add(i, ("-Djava.io.tmpdir=" + temporary).getBytes(StandardCharsets.UTF_8));
        return changed.toArray(byte[][]::new);
      }
    }
    throw new IOException(
        "cannot find the main class %s in our own command line".formatted(mainClass));
  }

  private static String text(byte[] argument) {
    return new String(argument, StandardCharsets.UTF_8);
  }
}
