package dev.caisson.client.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.client.SiteDesk;
import dev.caisson.protocol.Version;
import dev.caisson.protocol.grpc.Receiving;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.Alive;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.FromSite;
import dev.caisson.protocol.wire.Hello;
import dev.caisson.protocol.wire.Leaving;
import dev.caisson.protocol.wire.ProgressRequest;
import dev.caisson.protocol.wire.RoundChecked;
import dev.caisson.protocol.wire.RoundLeft;
import dev.caisson.protocol.wire.RoundMessage;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.StudyAnswer;
import dev.caisson.protocol.wire.ToSite;
import dev.caisson.trust.Digest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One conversation with the coordinator, from hello to its end. Sending is thread-safe; everything
/// that comes is handed to a [SiteDesk]. Vectors and models have a connection of their own, so that
/// on a slow line the conversation's signs of life do not queue up behind them.
public final class CoordinatorLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorLink.class);
  private static final long PROGRESS_SECONDS = 30;

  /// A coordinator that says nothing for so many intervals is gone.
  private static final int SILENT_INTERVALS = 6;

  private final ManagedChannel talk;
  private final ManagedChannel bulk;
  private final Duration interval;
  private final Incoming incoming;
  private final ClientCallStreamObserver<FromSite> out;
  private boolean closed;

  /// Dials and says hello; what becomes of it is told to the desk.
  public static CoordinatorLink open(Calling to, SiteDesk desk) throws IOException {
    ManagedChannel talk = dial(to);
    ManagedChannel bulk = dial(to); // dials when it is first used
    CoordinatorLink link = new CoordinatorLink(talk, bulk, to.dialling().ping(), desk);
    boolean said = false;
    try {
      link.send(
          FromSite.newBuilder()
              .setHello(
                  Hello.newBuilder()
                      .setProtocol(Version.PROTOCOL)
                      .setLowest(Version.LOWEST)
                      .setSoftware(Version.SOFTWARE)
                      .setIncarnation(ByteString.copyFrom(to.incarnation()))
                      .setAliveSeconds((int) to.dialling().ping().toSeconds()))
              .build());
      said = true;
      return link;
    } finally {
      if (!said) {
        link.close();
      }
    }
  }

  private static ManagedChannel dial(Calling to) throws IOException {
    return Wire.dial(to.host(), to.port(), Role.COORDINATOR, to.keys(), to.dialling());
  }

  private CoordinatorLink(
      ManagedChannel talk, ManagedChannel bulk, Duration interval, SiteDesk desk) {
    this.talk = talk;
    this.bulk = bulk;
    this.interval = interval;
    Opened opened = new Opened(desk);
    this.incoming = opened.incoming;
    SitesGrpc.newStub(talk).connect(opened);
    this.out = opened.out();
  }

  /// Lets the conversation be cut off, which a plain stream does not.
  private static final class Opened implements ClientResponseObserver<FromSite, ToSite> {
    private final Incoming incoming;
    private @Nullable ClientCallStreamObserver<FromSite> out;

    Opened(SiteDesk desk) {
      this.incoming = new Incoming(desk, this::refuse);
    }

    private void refuse() {
      out().cancel("the coordinator chose a protocol that this site does not speak", null);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<FromSite> stream) {
      out = stream;
    }

    ClientCallStreamObserver<FromSite> out() {
      if (out == null) {
        throw new IllegalStateException("gRPC says so before a call returns");
      }
      return out;
    }

    @Override
    public void onNext(ToSite value) {
      incoming.onNext(value);
    }

    @Override
    public void onError(Throwable t) {
      incoming.onError(t);
    }

    @Override
    public void onCompleted() {
      incoming.onCompleted();
    }
  }

  /// How often [#heartbeat] is to be called.
  public Duration interval() {
    return interval;
  }

  /// Says that this site is there, and ends a conversation in which nothing has come for too long:
  /// the line may be half open, where nobody is told of its end.
  public void heartbeat() {
    heartbeat(System.nanoTime());
  }

  /// The same at this time (`System.nanoTime`).
  void heartbeat(long now) {
    Duration patience = interval.multipliedBy(SILENT_INTERVALS);
    if (now - incoming.heard() > patience.toNanos()) {
      cutOff("nothing came for %d s".formatted(patience.toSeconds()));
      return;
    }
    try {
      send(FromSite.newBuilder().setAlive(Alive.getDefaultInstance()).build());
    } catch (IOException e) {
      // its end is being told to the desk
    }
  }

  private synchronized void cutOff(String why) {
    if (!closed) {
      closed = true; // nothing can be said on a call that is cancelled, not even its end
      out.cancel(why, null);
    }
  }

  /// The process is being stopped.
  void leaving() throws IOException {
    send(FromSite.newBuilder().setLeaving(Leaving.getDefaultInstance()).build());
  }

  /// The site takes part, having committed to its hold-out.
  void admit(String study, Digest commitment) throws IOException {
    send(
        FromSite.newBuilder()
            .setAnswer(
                StudyAnswer.newBuilder()
                    .setStudy(study)
                    .setHoldOutCommitment(ByteString.copyFrom(commitment.bytes())))
            .build());
  }

  void refuse(String study, String reason) throws IOException {
    send(
        FromSite.newBuilder()
            .setAnswer(StudyAnswer.newBuilder().setStudy(study).setRefusal(reason))
            .build());
  }

  void message(String study, String round, byte[] payload) throws IOException {
    send(
        FromSite.newBuilder()
            .setRound(
                RoundMessage.newBuilder()
                    .setStudy(study)
                    .setRound(round)
                    .setPayload(UnsafeByteOperations.unsafeWrap(payload)))
            .build());
  }

  void leave(String study, String round, String reason) throws IOException {
    send(
        FromSite.newBuilder()
            .setLeft(RoundLeft.newBuilder().setStudy(study).setRound(round).setReason(reason))
            .build());
  }

  void checked(String study, String round) throws IOException {
    send(
        FromSite.newBuilder()
            .setChecked(RoundChecked.newBuilder().setStudy(study).setRound(round))
            .build());
  }

  /// How many chunks of its vector the coordinator has, from the first one on without a gap.
  int progress(String study, String round) throws IOException {
    try {
      long chunks =
          SitesGrpc.newBlockingStub(talk)
              .withDeadlineAfter(PROGRESS_SECONDS, TimeUnit.SECONDS)
              .progress(ProgressRequest.newBuilder().setStudy(study).setRound(round).build())
              .getChunks();
      return (int) Math.clamp(chunks, 0L, Integer.MAX_VALUE);
    } catch (StatusRuntimeException e) {
      throw LineBrokenException.of("cannot ask how much of the upload came", e);
    }
  }

  /// Sends chunks `from` and on; a [LineBrokenException] where the call broke.
  void upload(
      String study,
      String round,
      int from,
      int chunks,
      IntFunction<byte[]> chunk,
      UploadCall.Stall stall)
      throws IOException, InterruptedException {
    UploadCall.send(bulk, study, round, from, chunks, chunk, stall);
  }

  /// Goes on with content that is on its way; a [LineBrokenException] where the call broke.
  ///
  /// @param until when (`System.nanoTime`) it is given up
  void fetch(String study, Digest digest, Receiving receiving, long until) throws IOException {
    try {
      receiving.take(
          SitesGrpc.newBlockingStub(bulk)
              .withDeadlineAfter(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS)
              .fetch(
                  FetchRequest.newBuilder()
                      .setStudy(study)
                      .setDigest(ByteString.copyFrom(digest.bytes()))
                      .setOffset(receiving.offset())
                      .build()));
    } catch (StatusRuntimeException e) {
      throw LineBrokenException.of("cannot fetch " + digest, e);
    }
  }

  private synchronized void send(FromSite message) throws IOException {
    if (closed) {
      throw new IOException("the connection to the coordinator is closed");
    }
    try {
      out.onNext(message);
    } catch (IllegalStateException e) {
      closed = true; // gRPC says so of a call that has ended
      throw new IOException("the connection to the coordinator has ended", e);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (!closed) {
        closed = true;
        try {
          out.onCompleted();
        } catch (IllegalStateException e) {
          LOG.debug("the call has ended already", e);
        }
      }
    }
    bulk.shutdownNow(); // what was under way there goes on over the next link
    talk.shutdown();
    try {
      if (!talk.awaitTermination(1, TimeUnit.SECONDS)) {
        talk.shutdownNow();
      }
    } catch (InterruptedException e) {
      talk.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
