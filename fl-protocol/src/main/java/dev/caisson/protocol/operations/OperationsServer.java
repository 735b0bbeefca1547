package dev.caisson.protocol.operations;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// `/health`, `/ready` and `/metrics` over plain HTTP, for a service manager or Prometheus on the
/// same machine. No authentication: whoever reaches the port reads these three pages and can do
/// nothing else. Requests that take longer than ten seconds to arrive are cut off.
final class OperationsServer implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int BACKLOG = 16;

  static {
    // read once, when the JDK's server is first used
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "10");
  }

  private final HttpServer server;
  private final ExecutorService threads;

  private OperationsServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /// Opens the port; 0 takes a free one.
  static OperationsServer open(
      InetSocketAddress address, Supplier<List<Check>> checks, Meters meters) throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(address, BACKLOG);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on %s port %d for operations: %s"
              .formatted(address.getHostString(), address.getPort(), e.getMessage()),
          e);
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("operations-", 0).factory());
    server.setExecutor(threads);
    page(server, "/health", () -> new Page(200, "text/plain", "alive\n"));
    page(server, "/ready", () -> ready(checks.get()));
    page(server, "/metrics", () -> new Page(200, "text/plain; version=0.0.4", meters.scrape()));
    server.start();
    return new OperationsServer(server, threads);
  }

  int port() {
    return server.getAddress().getPort();
  }

  private record Page(int code, String type, String body) {}

  private static Page ready(List<Check> checks) {
    boolean ready = checks.stream().allMatch(Check::holds);
    String body =
        checks.stream()
            .map(c -> "%s: %s (%s)%n".formatted(c.name(), c.holds() ? "good" : "bad", c.words()))
            .collect(Collectors.joining());
    return new Page(ready ? 200 : 503, "text/plain; charset=utf-8", body);
  }

  private static void page(HttpServer server, String path, Supplier<Page> content) {
    server.createContext(path, exchange -> answer(exchange, path, content));
  }

  private static void answer(HttpExchange exchange, String path, Supplier<Page> content)
      throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(path)) {
        send(exchange, new Page(404, "text/plain", "there are /health, /ready and /metrics\n"));
      } else if (!exchange.getRequestMethod().equals("GET")) {
        send(exchange, new Page(405, "text/plain", "GET only\n"));
      } else {
        send(exchange, content.get());
      }
    }
  }

  private static void send(HttpExchange exchange, Page page) throws IOException {
    byte[] body = page.body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", page.type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(page.code, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
