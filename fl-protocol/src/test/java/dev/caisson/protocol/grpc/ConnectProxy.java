package dev.caisson.protocol.grpc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// A hospital's HTTP proxy: takes CONNECT, may want a login, and may open TLS itself. Whatever host
/// is asked for, it connects to loopback at the port that was asked for.
final class ConnectProxy implements AutoCloseable {
  final List<String> requests = new CopyOnWriteArrayList<>();
  private final ServerSocket server;
  private final @Nullable String login;
  private final @Nullable SSLContext inspector;

  /// @param login `user:password`, if it wants one
  /// @param inspector what it opens TLS with, if it does
  ConnectProxy(@Nullable String login, @Nullable SSLContext inspector) throws IOException {
    this.login = login;
    this.inspector = inspector;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return server.getLocalPort();
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> handle(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void handle(Socket client) {
    try (client) {
      String request = head(client.getInputStream());
      String target = request.lines().findFirst().orElse("");
      requests.add(target);
      OutputStream out = client.getOutputStream();
      if (login != null && !request.contains(authorization(login))) {
        out.write(ascii("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
        return;
      }
      out.write(ascii("HTTP/1.1 200 Connection established\r\n\r\n"));
      if (inspector != null) {
        SSLSocket opened =
            (SSLSocket)
                inspector.getSocketFactory().createSocket(client, "proxy", client.getPort(), true);
        opened.setUseClientMode(false);
        opened.startHandshake();
        return;
      }
      int port = Integer.parseInt(target.split("[: ]", 4)[2]);
      try (Socket there = new Socket(InetAddress.getLoopbackAddress(), port)) {
        Thread back = Thread.ofVirtual().start(() -> pass(there, client));
        pass(client, there);
        back.interrupt();
      }
    } catch (IOException e) {
      // one of the ends is gone
    }
  }

  private static String authorization(String login) {
    return "proxy-authorization: basic "
        .toLowerCase(Locale.ROOT)
        .concat(Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
  }

  /// Up to the empty line; names of headers in small letters.
  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0 || head.size() > 8192) {
        throw new IOException("no request");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1)
        .replaceAll("(?i)proxy-authorization: basic ", "proxy-authorization: basic ");
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // one of the ends is gone
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
