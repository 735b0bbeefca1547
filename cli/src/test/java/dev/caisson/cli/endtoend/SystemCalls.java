package dev.caisson.cli.endtoend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `strace` has written about a command and all that came of it: whom they spoke to, and what
/// they tried to make or change in the file system. One file a thread, one line a call.
///
/// It sees what is asked of the kernel by path and by socket address. It does not see what is
/// written through a file that was open for writing before, nor what another program does on our
/// behalf (but nobody was spoken to who could).
final class SystemCalls {
  private static final Pattern ADDRESS =
      Pattern.compile("inet_addr\\(\"([^\"]*)\"\\)|inet_pton\\(AF_INET6, \"([^\"]*)\"");
  private static final Pattern FAMILY = Pattern.compile("sa_family=([A-Z0-9_]+)");
  private static final Pattern LOOPBACK = Pattern.compile("127\\.[0-9.]+|::1|::ffff:127\\.[0-9.]+");

  /// A path argument, before it the directory that it is relative to where there is one.
  private static final Pattern PATH =
      Pattern.compile("(?:(?:AT_FDCWD|[0-9]+)<([^>]*)>, )?\"((?:[^\"\\\\]|\\\\.)*)\"");

  private static final Pattern CALL = Pattern.compile("^([a-z0-9_]+)\\((.*)$");
  private static final Pattern OPENED = Pattern.compile("= [0-9]+<(/[^>]*)>$");

  private final List<String> lines;

  private SystemCalls(List<String> lines) {
    this.lines = lines;
  }

  /// The program and its arguments under which a command is to run; it writes to `folder/calls.*`.
  static List<String> recordingTo(Path folder) {
    return List.of(
        "strace",
        "-ff",
        "-qq",
        "-y",
        "--seccomp-bpf",
        "-s",
        "4096",
        "-o",
        folder.resolve("calls").toString(),
        "-e",
        "trace=connect,bind,sendto,sendmsg,sendmmsg,open,openat,openat2,creat,mkdir,mkdirat,mknod"
            + ",mknodat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,truncate");
  }

  static SystemCalls read(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : FinishedDemo.files(folder)) {
      lines.addAll(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    }
    return new SystemCalls(lines);
  }

  /// How many threads' and processes' calls begin with this text.
  long count(String text) {
    return lines.stream().filter(line -> line.startsWith(text)).count();
  }

  /// Calls that name an address of the internet other than loopback, or an unknown kind of address.
  List<String> toElsewhere() {
    List<String> calls = new ArrayList<>();
    for (String line : lines) {
      boolean elsewhere =
          ADDRESS
              .matcher(line)
              .results()
              .map(SystemCalls::address)
              .anyMatch(address -> !LOOPBACK.matcher(address).matches());
      boolean strange =
          FAMILY
              .matcher(line)
              .results()
              .map(match -> match.group(1))
              .anyMatch(
                  family ->
                      !List.of("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_UNSPEC")
                          .contains(family));
      if (elsewhere || strange) {
        calls.add(line);
      }
    }
    return calls;
  }

  private static String address(MatchResult match) {
    return match.group(1) == null ? match.group(2) : match.group(1);
  }

  /// Attempts, successful or not, to make or change something that lies in none of these folders.
  List<String> changesOutside(List<Path> folders) {
    List<String> calls = new ArrayList<>();
    for (String line : lines) {
      Matcher call = CALL.matcher(line);
      if (call.find() && changes(call.group(1), line)) {
        List<Path> paths = new ArrayList<>();
        PATH.matcher(call.group(2)).results().forEach(match -> paths.add(path(match)));
        Matcher opened = OPENED.matcher(line); // where links led to
        if (opened.find()) {
          paths.add(Path.of(opened.group(1).replace(" (deleted)", "")));
        }
        if (paths.isEmpty() || paths.stream().anyMatch(path -> isOutside(path, folders))) {
          calls.add(line);
        }
      }
    }
    return calls;
  }

  private static boolean changes(String call, String line) {
    return switch (call) {
      case "open", "openat", "openat2" ->
          line.contains("O_CREAT") || line.contains("O_WRONLY") || line.contains("O_RDWR");
      case "connect", "bind", "sendto", "sendmsg", "sendmmsg" -> false;
      default -> true;
    };
  }

  private static Path path(MatchResult match) {
    Path named = Path.of(match.group(2));
    return match.group(1) == null ? named : Path.of(match.group(1)).resolve(named);
  }

  /// A relative path counts as outside: nothing says of what. A folder that holds one of ours is
  /// there already, so that "make it" changes nothing.
  private static boolean isOutside(Path path, List<Path> folders) {
    Path plain = path.normalize();
    boolean isOfTheMachine =
        List.of("/dev/null", "/dev/tty").contains(plain.toString())
            // a JVM says of itself what is to be in its core dumps
            || plain.toString().matches("/proc/(self|[0-9]+)/coredump_filter");
    return !isOfTheMachine
        && folders.stream()
            .noneMatch(folder -> plain.startsWith(folder) || folder.startsWith(plain));
  }
}
