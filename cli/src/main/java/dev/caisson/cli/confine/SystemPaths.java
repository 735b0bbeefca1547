package dev.caisson.cli.confine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What any Java process with native libraries must read: its Java, its class path, the system's
/// libraries and a few files of `/etc`, named one by one so that no private key lies beneath them.
///
/// `/proc` is readable as a whole: its entries come and go, so that no rule can hold to one of
/// them. What is secret in another process's entry (its memory, environment, open files and root)
/// stays closed, because the kernel lets no confined process trace one outside.
final class SystemPaths {
  private static final List<String> LIBRARIES =
      List.of("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib");

  private static final List<String> SETTINGS =
      List.of(
          "/etc/alternatives",
          "/etc/gai.conf",
          "/etc/group",
          "/etc/host.conf",
          "/etc/hosts",
          "/etc/java-25-openjdk",
          "/etc/ld.so.cache",
          "/etc/ld.so.conf",
          "/etc/ld.so.conf.d",
          "/etc/locale.alias",
          "/etc/localtime",
          "/etc/nsswitch.conf",
          "/etc/passwd",
          "/etc/pki/ca-trust",
          "/etc/pki/java",
          "/etc/pki/tls/certs",
          "/etc/resolv.conf",
          "/etc/services",
          "/etc/ssl/certs",
          "/etc/ssl/openssl.cnf",
          "/etc/timezone",
          "/usr/share/ca-certificates",
          "/usr/share/locale",
          "/usr/share/zoneinfo");

  private static final List<String> KERNEL =
      List.of(
          "/proc",
          "/sys/bus/pci",
          "/sys/devices",
          "/sys/fs/cgroup",
          "/sys/kernel/mm/transparent_hugepage",
          "/dev/random",
          "/dev/urandom",
          "/dev/zero");

  private static final List<String> DEVICES_TO_WRITE = List.of("/dev/null");

  private SystemPaths() {}

  static List<Path> readable() {
    List<Path> paths = new ArrayList<>();
    Stream.of(LIBRARIES, SETTINGS, KERNEL).flatMap(List::stream).map(Path::of).forEach(paths::add);
    paths.add(Path.of(System.getProperty("java.home")));
    Stream.of(System.getProperty("java.class.path").split(":", -1))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .forEach(paths::add);
    return paths;
  }

  static List<Path> writable() {
    return DEVICES_TO_WRITE.stream().map(Path::of).toList();
  }
}
