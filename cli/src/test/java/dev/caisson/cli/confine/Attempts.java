package dev.caisson.cli.confine;

import dev.caisson.cli.process.Ready;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/// The process of [ConfinementIT]: tries what it should be able to do and what it should not, and
/// prints a line `NAME: outcome` for each. Arguments: `confined` or `free`, its own directory, the
/// directory of a neighbour with a file `patients.csv`, the id of a process outside.
final class Attempts {
  private final Path own;
  private final Path secret;
  private final long outside;

  private Attempts(Path own, Path neighbour, long outside) {
    this.own = own;
    this.secret = neighbour.resolve("patients.csv");
    this.outside = outside;
  }

  public static void main(String[] args) throws Exception {
    Path own = Path.of(args[1]);
    if (args[0].equals("confined")) {
      Confinement confinement = Confinement.to(own).reading(Path.of("/usr/bin"), Path.of("/bin"));
      switch (confinement.enter()) {
        case Confinement.Confined inside ->
            System.out.println("landlock: abi " + inside.landlockAbi());
        case Confinement.Unavailable no -> System.out.println("unavailable: " + no.reason());
      }
    }
    new Attempts(own, Path.of(args[2]), Long.parseLong(args[3])).all();
    Ready.announce("{}");
    System.in.read();
  }

  private void all() throws Exception {
    attempt("own file", () -> Files.readString(Files.writeString(own.resolve("a.txt"), "mine")));
    attempt("own directory", () -> Files.createDirectories(own.resolve("b/c")).getFileName());
    attempt(
        "rename within",
        () -> Files.move(own.resolve("a.txt"), own.resolve("b/c/a.txt")).getFileName());
    attempt("temporary file", () -> Files.createTempFile("x", "y").startsWith(own.resolve("tmp")));
    attempt("random", () -> new SecureRandom().generateSeed(8).length);
    attempt("class path", () -> Class.forName("org.bouncycastle.asn1.ASN1Integer").getSimpleName());
    attempt("tls", () -> SSLContext.getDefault().createSSLEngine().getSession().isValid());
    attempt(
        "key",
        () ->
            KeyPairGenerator.getInstance("ML-DSA-65").generateKeyPair().getPublic().getAlgorithm());
    attempt("socket", this::listen);
    attempt("native library", Attempts::startOnnxRuntime);
    attempt("capabilities", () -> shell("grep CapEff /proc/self/status").replaceAll("\\W+", " "));
    attempt("subprocess", () -> shell("cat '%s'".formatted(own.resolve("b/c/a.txt"))));

    attempt("neighbour's file", () -> Files.readString(secret));
    attempt("neighbour's directory", () -> list(secret.resolveSibling(".")));
    attempt("dot dot", () -> Files.readString(own.resolve(own.relativize(secret))));
    attempt(
        "symbolic link",
        () -> Files.readString(Files.createSymbolicLink(own.resolve("link"), secret)));
    attempt("hard link", () -> Files.readString(Files.createLink(own.resolve("hard"), secret)));
    attempt("own root", () -> Files.readString(Path.of("/proc/self/root" + secret)));
    attempt("other's root", () -> Files.readString(Path.of("/proc/" + outside + "/root" + secret)));
    attempt(
        "other's environment",
        () -> Files.readString(Path.of("/proc/" + outside + "/environ")).isEmpty());
    attempt(
        "other's open files",
        () -> Files.readSymbolicLink(Path.of("/proc/" + outside + "/fd/1")).toString().isEmpty());
    attempt(
        "other's maps", () -> Files.readString(Path.of("/proc/" + outside + "/maps")).isEmpty());
    attempt("neighbour's file by cat", () -> shell("cat '%s'".formatted(secret)));
    attempt("another thread", () -> inPool(() -> Files.readString(secret)));
    attempt("write", () -> Files.writeString(secret.resolveSibling("new.csv"), "x").getFileName());
    attempt(
        "overwrite", () -> Files.writeString(secret.resolveSibling("old.csv"), "x").getFileName());
    attempt("delete", () -> Files.deleteIfExists(secret.resolveSibling("doomed.csv")));
    attempt(
        "move out",
        () -> Files.move(own.resolve("b/c/a.txt"), secret.resolveSibling("b.txt")).getFileName());
    attempt("list the root", () -> list(Path.of("/")) > 0);
    attempt("signal", () -> shell("kill -0 " + outside + " && echo sent"));
  }

  private static void attempt(String name, Callable<?> action) {
    String outcome;
    try {
      outcome = String.valueOf(action.call());
    } catch (Exception e) {
      Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
      outcome = cause.getClass().getSimpleName();
      if (!(cause instanceof AccessDeniedException)) {
        outcome += " " + cause.getMessage();
      }
    }
    System.out.println(name + ": " + outcome);
  }

  private static long list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.count();
    }
  }

  private boolean listen() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    }
  }

  /// Unpacks a shared library into the temporary directory and loads it. By reflection, because
  /// this module has no business with ONNX Runtime but that it must start in a confined process.
  private static String startOnnxRuntime() throws ReflectiveOperationException {
    Class<?> environment = Class.forName("ai.onnxruntime.OrtEnvironment");
    Object started = environment.getMethod("getEnvironment").invoke(null);
    return started.getClass().getSimpleName();
  }

  private static String inPool(Callable<String> action) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
      return pool.submit(action).get();
    }
  }

  private static String shell(String command) throws Exception {
    Process process =
        new ProcessBuilder("/bin/bash", "-c", command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.strip();
  }
}
