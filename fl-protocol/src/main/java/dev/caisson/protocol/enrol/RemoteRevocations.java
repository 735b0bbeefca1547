package dev.caisson.protocol.enrol;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.grpc.RevocationList;
import dev.caisson.protocol.grpc.Revocations;
import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.Credentials;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.EnrolmentGrpc;
import dev.caisson.protocol.wire.RevokedReply;
import dev.caisson.protocol.wire.RevokedRequest;
import dev.caisson.trust.WholeFile;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the coordinator says of revoked certificates, for a server without a database: asked at
/// each turn and kept in a file. **While the coordinator cannot be asked, the last that was known
/// holds:** somebody revoked meanwhile is let in until it answers again.
public final class RemoteRevocations implements Revocations, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteRevocations.class);
  private static final Duration TURN = Duration.ofSeconds(10);
  private static final int MAX_FILE = Wire.MAX_MESSAGE;
  private static final int MAX_SERIAL = 20;

  private final ManagedChannel channel;
  private final Path file;
  private final Thread thread;
  private volatile RevocationList list;
  private boolean warned;

  /// Starts from what was kept in this file, and asks until closed.
  public static RemoteRevocations start(String host, int port, Credentials keys, Path file)
      throws IOException {
    RemoteRevocations started =
        new RemoteRevocations(Wire.dial(host, port, Role.COORDINATOR, keys), file);
    started.thread.start();
    return started;
  }

  private RemoteRevocations(ManagedChannel channel, Path file) throws IOException {
    this.channel = channel;
    this.file = file;
    this.list = kept(file);
    this.thread = Thread.ofVirtual().name("revocations").unstarted(this::ask);
  }

  private static RevocationList kept(Path file) throws IOException {
    if (Files.notExists(file)) {
      return RevocationList.EMPTY;
    }
    if (Files.size(file) > MAX_FILE) {
      throw new IOException("%s is too large for a list of revocations".formatted(file));
    }
    return list(RevokedReply.parseFrom(Files.readAllBytes(file)));
  }

  private void ask() {
    try {
      while (true) {
        try {
          RevokedReply reply =
              EnrolmentGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(TURN.toSeconds(), TimeUnit.SECONDS)
                  .revoked(RevokedRequest.getDefaultInstance());
          RevocationList now = list(reply);
          if (!now.equals(list)) {
            list = now;
            WholeFile.replace(file, reply.toByteArray());
          }
          warned = false;
        } catch (StatusRuntimeException e) {
          warn(Statuses.inWords(e));
        } catch (IOException e) {
          warn(String.valueOf(e.getMessage()));
        }
        Thread.sleep(TURN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void warn(String why) {
    if (!warned && !Thread.currentThread().isInterrupted()) {
      LOG.warn("who is revoked cannot be asked, what was known holds: {}", why);
      warned = true;
    }
  }

  private static RevocationList list(RevokedReply reply) throws IOException {
    return new RevocationList(
        serials(reply.getSerialsList()),
        new HashSet<>(reply.getNamesList()),
        serials(reply.getGoodList()));
  }

  private static Set<BigInteger> serials(List<ByteString> wire) throws IOException {
    Set<BigInteger> serials = new HashSet<>();
    for (ByteString serial : wire) {
      if (serial.isEmpty() || serial.size() > MAX_SERIAL) {
        throw new IOException("a serial number has 1 to %d bytes".formatted(MAX_SERIAL));
      }
      serials.add(new BigInteger(serial.toByteArray()));
    }
    return serials;
  }

  @Override
  public boolean isRevoked(BigInteger serial, Caller caller) {
    return list.isRevoked(serial, caller);
  }

  @Override
  public void close() {
    thread.interrupt();
    channel.shutdownNow();
  }
}
