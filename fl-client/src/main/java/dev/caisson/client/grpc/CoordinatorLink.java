package dev.caisson.client.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.client.SiteDesk;
import dev.caisson.client.round.Outbox;
import dev.caisson.protocol.Version;
import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.grpc.Transfer;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.Credentials;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.FromSite;
import dev.caisson.protocol.wire.Hello;
import dev.caisson.protocol.wire.RoundLeft;
import dev.caisson.protocol.wire.RoundMessage;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.StudyAnswer;
import dev.caisson.protocol.wire.ToSite;
import dev.caisson.protocol.wire.UploadChunk;
import dev.caisson.protocol.wire.UploadReceipt;
import dev.caisson.trust.Digest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection to the coordinator, from hello to its end. Sending is thread-safe; everything
/// that comes is handed to a [SiteDesk].
public final class CoordinatorLink implements Outbox, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorLink.class);
  private static final int MAX_REASON = 1000;
  private static final long UPLOAD_STALL_SECONDS = 120;

  private final ManagedChannel channel;
  private final StreamObserver<FromSite> out;
  private boolean closed;

  /// Dials and says hello; what becomes of it is told to the desk.
  public static CoordinatorLink open(String host, int port, Credentials keys, SiteDesk desk)
      throws IOException {
    ManagedChannel channel = Wire.dial(host, port, Role.COORDINATOR, keys);
    StreamObserver<FromSite> out = SitesGrpc.newStub(channel).connect(new Incoming(desk));
    CoordinatorLink link = new CoordinatorLink(channel, out);
    link.send(
        FromSite.newBuilder()
            .setHello(
                Hello.newBuilder().setProtocol(Version.PROTOCOL).setSoftware(Version.SOFTWARE))
            .build());
    return link;
  }

  private CoordinatorLink(ManagedChannel channel, StreamObserver<FromSite> out) {
    this.channel = channel;
    this.out = out;
  }

  private record Incoming(SiteDesk desk) implements StreamObserver<ToSite> {
    @Override
    public void onNext(ToSite message) {
      if (!isWellNamed(message)) {
        LOG.warn("a message of the coordinator names no proper study or round and is dropped");
        return;
      }
      switch (message.getKindCase()) {
        case WELCOME -> desk.welcomed();
        case OFFER ->
            desk.offered(
                message.getOffer().getStudy(),
                message.getOffer().getPlan().toByteArray(),
                Digest.ofBytes(message.getOffer().getDatasetDigest().toByteArray()),
                Digest.ofBytes(message.getOffer().getModelDigest().toByteArray()));
        case ROUND ->
            desk.roundMessage(
                message.getRound().getStudy(),
                message.getRound().getRound(),
                message.getRound().getPayload().toByteArray());
        case ROUND_ENDED ->
            desk.roundEnded(
                message.getRoundEnded().getStudy(),
                message.getRoundEnded().getRound(),
                message.getRoundEnded().getCompleted(),
                plain(message.getRoundEnded().getReason()));
        case STUDY_ENDED ->
            desk.studyEnded(
                message.getStudyEnded().getStudy(), plain(message.getStudyEnded().getReason()));
        case KIND_NOT_SET -> {} // a newer coordinator's word; nothing that we must answer
      }
    }

    /// Names enter the ledger, logs and threads: bounded, of harmless characters.
    private static boolean isWellNamed(ToSite message) {
      return switch (message.getKindCase()) {
        case OFFER -> isName(message.getOffer().getStudy());
        case ROUND ->
            isName(message.getRound().getStudy()) && isName(message.getRound().getRound());
        case ROUND_ENDED ->
            isName(message.getRoundEnded().getStudy())
                && isName(message.getRoundEnded().getRound());
        case STUDY_ENDED -> isName(message.getStudyEnded().getStudy());
        case WELCOME, KIND_NOT_SET -> true;
      };
    }

    private static boolean isName(String text) {
      return text.matches("[a-z0-9][a-z0-9-]{0,99}");
    }

    /// Text from the coordinator, short and on one line.
    private static String plain(String text) {
      String line = text.replaceAll("\\p{Cntrl}", " ");
      return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON) + "...";
    }

    @Override
    public void onError(Throwable t) {
      desk.disconnected(plain(Statuses.inWords(t)));
    }

    @Override
    public void onCompleted() {
      desk.disconnected("the coordinator ended the conversation");
    }
  }

  /// The site takes part, having committed to its hold-out.
  public void admit(String study, Digest commitment) throws IOException {
    send(
        FromSite.newBuilder()
            .setAnswer(
                StudyAnswer.newBuilder()
                    .setStudy(study)
                    .setHoldOutCommitment(ByteString.copyFrom(commitment.bytes())))
            .build());
  }

  public void refuse(String study, String reason) throws IOException {
    send(
        FromSite.newBuilder()
            .setAnswer(StudyAnswer.newBuilder().setStudy(study).setRefusal(reason))
            .build());
  }

  @Override
  public void message(String study, String round, byte[] payload) throws IOException {
    send(
        FromSite.newBuilder()
            .setRound(
                RoundMessage.newBuilder()
                    .setStudy(study)
                    .setRound(round)
                    .setPayload(UnsafeByteOperations.unsafeWrap(payload)))
            .build());
  }

  @Override
  public void leave(String study, String round, String reason) throws IOException {
    send(
        FromSite.newBuilder()
            .setLeft(RoundLeft.newBuilder().setStudy(study).setRound(round).setReason(reason))
            .build());
  }

  @Override
  public void upload(String study, String round, int chunks, IntFunction<byte[]> chunk)
      throws IOException, InterruptedException {
    Uploading call = new Uploading();
    SitesGrpc.newStub(channel).upload(call);
    try {
      for (int i = 0; i < chunks; i++) {
        call.awaitRoom();
        UploadChunk.Builder next =
            UploadChunk.newBuilder()
                .setIndex(i)
                .setData(UnsafeByteOperations.unsafeWrap(chunk.apply(i)));
        if (i == 0) {
          next.setStudy(study).setRound(round);
        }
        call.requests.join().onNext(next.build());
      }
      call.requests.join().onCompleted();
      call.receipt.get(UPLOAD_STALL_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(
          "the upload failed: " + Statuses.inWords(e.getCause() == null ? e : e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("the coordinator took no data for 2 minutes", e);
    }
  }

  /// One upload under way: lets the sender wait for room instead of filling memory.
  private static final class Uploading
      implements ClientResponseObserver<UploadChunk, UploadReceipt> {
    final CompletableFuture<ClientCallStreamObserver<UploadChunk>> requests =
        new CompletableFuture<>();
    final CompletableFuture<UploadReceipt> receipt = new CompletableFuture<>();
    private final Semaphore room = new Semaphore(0);

    @Override
    public void beforeStart(ClientCallStreamObserver<UploadChunk> stream) {
      stream.setOnReadyHandler(room::release);
      requests.complete(stream);
    }

    void awaitRoom() throws InterruptedException, TimeoutException, ExecutionException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(UPLOAD_STALL_SECONDS);
      while (!requests.join().isReady()) {
        if (receipt.isCompletedExceptionally()) {
          receipt.get();
        }
        if (System.nanoTime() > deadline) {
          throw new TimeoutException();
        }
        if (room.tryAcquire(50, TimeUnit.MILLISECONDS)) {
          room.drainPermits();
        }
      }
    }

    @Override
    public void onNext(UploadReceipt value) {
      receipt.complete(value);
    }

    @Override
    public void onError(Throwable t) {
      receipt.completeExceptionally(t);
    }

    @Override
    public void onCompleted() {
      receipt.completeExceptionally(new IOException("the coordinator gave no receipt"));
    }
  }

  @Override
  public byte[] fetch(String study, Digest digest, long maxBytes) throws IOException {
    try {
      return Transfer.receive(
          SitesGrpc.newBlockingStub(channel)
              .fetch(
                  FetchRequest.newBuilder()
                      .setStudy(study)
                      .setDigest(ByteString.copyFrom(digest.bytes()))
                      .build()),
          digest,
          maxBytes);
    } catch (StatusRuntimeException e) {
      throw new IOException("cannot fetch %s: %s".formatted(digest, Statuses.inWords(e)), e);
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
        out.onCompleted();
      }
    }
    channel.shutdown();
    try {
      if (!channel.awaitTermination(1, TimeUnit.SECONDS)) {
        channel.shutdownNow();
      }
    } catch (InterruptedException e) {
      channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
