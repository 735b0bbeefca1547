package dev.caisson.airlock.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/// A piece of network between a site and its coordinator: passes bytes on until it is cut, or cuts
/// each connection by itself after so many bytes.
final class Relay implements AutoCloseable {
  static final int NEVER = Integer.MAX_VALUE;

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger cuts = new AtomicInteger();
  private volatile IntUnaryOperator upTo = _ -> NEVER;
  private volatile boolean down;
  private volatile int bytesPerSecond = NEVER;

  Relay(int target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return server.getLocalPort();
  }

  /// Breaks every connection that is open now.
  void cut() {
    open.forEach(Relay::close);
    open.clear();
  }

  /// Lets no connection through until [#heal].
  void down() {
    down = true;
    cut();
  }

  void heal() {
    down = false;
  }

  /// Breaks the n-th connection from now on after so many bytes from the client.
  void truncating(IntUnaryOperator bytes) {
    connections.set(0);
    upTo = bytes;
  }

  /// Lets so many bytes a second through, each connection each way.
  void slow(int rate) {
    bytesPerSecond = rate;
  }

  /// How many connections reached their last byte.
  int truncated() {
    return cuts.get();
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (down) {
          client.close();
          continue;
        }
        Socket there = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(there);
        int most = upTo.applyAsInt(connections.getAndIncrement());
        Thread.ofVirtual().start(() -> pass(client, there, most));
        Thread.ofVirtual().start(() -> pass(there, client, NEVER));
      } catch (IOException e) {
        // closed, or the coordinator is not there
      }
    }
  }

  private void pass(Socket from, Socket to, int most) {
    int left = most;
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      while (left > 0) {
        int rate = bytesPerSecond;
        int n = in.read(buffer, 0, Math.min(Math.min(buffer.length, left), Math.max(1, rate / 10)));
        if (n < 0) {
          return;
        }
        if (rate != NEVER) {
          Thread.sleep(1000L * n / rate);
        }
        out.write(buffer, 0, n);
        left = most == NEVER ? NEVER : left - n;
      }
      cuts.incrementAndGet();
    } catch (IOException e) {
      // cut
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.setSoLinger(true, 0); // a reset, as a firewall sends it
      socket.close();
    } catch (IOException e) {
      // it is gone
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
