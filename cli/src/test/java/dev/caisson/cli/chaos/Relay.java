package dev.caisson.cli.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/// The network between one party and the coordinator: forwards bytes until told otherwise. It sees
/// TLS and nothing else.
final class Relay implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5000;
  private static final int PIECE = 16 << 10;
  private static final long TICK = 10;

  private final ServerSocket server;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private volatile int target;
  private volatile boolean down;
  private volatile boolean stalled;
  private volatile long latencyMillis;
  private volatile int lostOfHundred;
  private volatile long bytesPerSecond = Long.MAX_VALUE;

  Relay() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("relay-" + port()).start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /// Where new connections go from now on.
  void target(int port) {
    target = port;
  }

  /// Ends all connections, with a reset or in order, and refuses new ones until healed.
  void cut(boolean reset) {
    down = true;
    connections.forEach(connection -> connection.end(reset));
  }

  /// Holds everything back until healed, as a link does that loses every packet for a while.
  void stall() {
    stalled = true;
  }

  /// From now on nothing passes on the connections that are open, and neither end is told; new ones
  /// work.
  void halfOpen() {
    connections.forEach(connection -> connection.deaf = true);
  }

  /// Resets each open connection once so many more bytes have come from the party's side.
  void truncateAfter(long bytes) {
    connections.forEach(connection -> connection.left.set(bytes));
  }

  void latency(long millis) {
    latencyMillis = millis;
  }

  /// Holds back so many of a hundred pieces for as long as TCP needs to send them again: 200 ms,
  /// and twice as long each time that they are lost again (RFC 6298, section 5).
  void lose(int ofHundred) {
    lostOfHundred = ofHundred;
  }

  private long retransmissionMillis() {
    long waited = 0;
    for (long timeout = 200; ThreadLocalRandom.current().nextInt(100) < lostOfHundred; ) {
      waited += timeout;
      timeout *= 2;
    }
    return waited;
  }

  void slow(long perSecond) {
    bytesPerSecond = perSecond;
  }

  /// As good as new; connections that are gone stay gone.
  void heal() {
    down = false;
    stalled = false;
    latencyMillis = 0;
    lostOfHundred = 0;
    bytesPerSecond = Long.MAX_VALUE;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket near = server.accept();
        Thread.ofVirtual().start(() -> open(near));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void open(Socket near) {
    Socket far = new Socket();
    Connection connection = new Connection(near, far);
    try {
      if (down) {
        throw new IOException("the network is down");
      }
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
      connections.add(connection);
      Thread.ofVirtual().start(() -> connection.pump(near, far, true));
      connection.pump(far, near, false);
    } catch (IOException e) {
      connection.end(true);
    }
  }

  private final class Connection {
    private final Socket near;
    private final Socket far;
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
    private volatile boolean deaf;

    Connection(Socket near, Socket far) {
      this.near = near;
      this.far = far;
    }

    void pump(Socket from, Socket to, boolean outbound) {
      byte[] piece = new byte[PIECE];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
          pass(piece, n, out, outbound);
        }
        end(false);
      } catch (IOException e) {
        end(true);
      } catch (InterruptedException e) {
        end(true);
        Thread.currentThread().interrupt();
      }
    }

    private void pass(byte[] piece, int size, OutputStream out, boolean outbound)
        throws IOException, InterruptedException {
      int sent = 0;
      while (sent < size) {
        while ((stalled || deaf) && connections.contains(this)) {
          Thread.sleep(TICK);
        }
        long pace = bytesPerSecond;
        int most = pace == Long.MAX_VALUE ? size - sent : (int) Math.max(1, pace * TICK / 1000);
        int part = Math.min(most, size - sent);
        Thread.sleep(latencyMillis + retransmissionMillis() + (pace == Long.MAX_VALUE ? 0 : TICK));
        if (outbound && left.addAndGet(-part) < 0) {
          throw new IOException("truncated");
        }
        out.write(piece, sent, part);
        out.flush();
        sent += part;
      }
    }

    void end(boolean reset) {
      connections.remove(this);
      close(near, reset);
      close(far, reset);
    }

    private static void close(Socket socket, boolean reset) {
      try (socket) {
        if (reset) {
          socket.setSoLinger(true, 0);
        }
      } catch (IOException e) {
        // it was closed before
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    connections.forEach(connection -> connection.end(true));
  }
}
