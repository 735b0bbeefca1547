package dev.caisson.server.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.grpc.AccessRules;
import dev.caisson.protocol.grpc.Transfer;
import dev.caisson.protocol.wire.BlobChunk;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.FromSite;
import dev.caisson.protocol.wire.ProgressRequest;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.ToSite;
import dev.caisson.protocol.wire.UploadChunk;
import dev.caisson.protocol.wire.UploadReceipt;
import dev.caisson.secagg.Layout;
import dev.caisson.server.site.Incarnation;
import dev.caisson.server.site.SiteDirectory;
import dev.caisson.server.site.SiteEvent;
import dev.caisson.server.study.StudyRegistry;
import dev.caisson.trust.Digest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What sites call. The site's name is always the one in its certificate, never one it sends.
public final class SitesEndpoint extends SitesGrpc.SitesImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(SitesEndpoint.class);
  private static final long PROGRESS_SECONDS = 20;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SiteDirectory sites;
  private final StudyRegistry studies;

  /// Of this process: sites whose round was another process's know by it that the round is over.
  private final ByteString incarnation;

  public SitesEndpoint(SiteDirectory sites, StudyRegistry studies) {
    this.sites = sites;
    this.studies = studies;
    byte[] drawn = new byte[Incarnation.BYTES];
    RANDOM.nextBytes(drawn);
    this.incarnation = ByteString.copyFrom(drawn);
  }

  @Override
  public StreamObserver<FromSite> connect(StreamObserver<ToSite> out) {
    return new Conversation(
        AccessRules.caller().name(), sites, incarnation, (ServerCallStreamObserver<ToSite>) out);
  }

  @Override
  public void fetch(FetchRequest request, StreamObserver<BlobChunk> out) {
    String site = AccessRules.caller().name();
    Optional<Status> objection = Names.objection(request.getStudy());
    if (objection.isPresent()) {
      out.onError(objection.get().asRuntimeException());
      return;
    }
    try {
      Digest digest = Digest.ofBytes(request.getDigest().toByteArray());
      if (!studies.maySiteRead(request.getStudy(), site, digest)) {
        out.onError(
            Status.NOT_FOUND
                .withDescription("no such content in a study that '%s' is part of".formatted(site))
                .asRuntimeException());
        return;
      }
      Transfer.send(
          studies.content().blobs().open(digest),
          studies.content().blobs().size(digest),
          request.getOffset(),
          out);
    } catch (IllegalArgumentException e) {
      out.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
    } catch (IOException e) {
      LOG.error("cannot read a blob", e);
      out.onError(Status.INTERNAL.withDescription("cannot read it").asRuntimeException());
    }
  }

  @Override
  public StreamObserver<UploadChunk> upload(StreamObserver<UploadReceipt> out) {
    String site = AccessRules.caller().name();
    return new StreamObserver<>() {
      private @Nullable String study;
      private String round = "";
      private long chunks;
      private boolean refused;

      @Override
      public void onNext(UploadChunk chunk) {
        if (refused) {
          return;
        }
        if (chunk.getData().size() > Layout.MAX_CHUNK_BYTES) {
          refused = true;
          out.onError(
              Status.INVALID_ARGUMENT
                  .withDescription(
                      "a chunk has at most %d bytes, got %d"
                          .formatted(Layout.MAX_CHUNK_BYTES, chunk.getData().size()))
                  .asRuntimeException());
          return;
        }
        if (study == null) {
          Optional<Status> objection = Names.objection(chunk.getStudy(), chunk.getRound());
          if (objection.isPresent()) {
            refused = true;
            out.onError(objection.get().asRuntimeException());
            return;
          }
          study = chunk.getStudy();
          round = chunk.getRound();
        }
        chunks++;
        sites.deliver(
            study,
            new SiteEvent.Chunk(site, round, chunk.getIndex(), chunk.getData().toByteArray()));
      }

      @Override
      public void onError(Throwable t) {
        // What came counts; the site asks how much that is and goes on from there.
      }

      @Override
      public void onCompleted() {
        if (refused) {
          return;
        }
        out.onNext(UploadReceipt.newBuilder().setChunks(chunks).build());
        out.onCompleted();
      }
    };
  }

  @Override
  public void progress(ProgressRequest request, StreamObserver<UploadReceipt> out) {
    Optional<Status> objection = Names.objection(request.getStudy(), request.getRound());
    if (objection.isPresent()) {
      out.onError(objection.get().asRuntimeException());
      return;
    }
    CompletableFuture<Integer> chunks = new CompletableFuture<>();
    SiteEvent.UploadAsked asked =
        new SiteEvent.UploadAsked(AccessRules.caller().name(), request.getRound(), chunks);
    try {
      int taken =
          sites.deliver(request.getStudy(), asked)
              ? chunks.get(PROGRESS_SECONDS, TimeUnit.SECONDS)
              : SiteEvent.UploadAsked.NO_ROUND;
      if (taken < 0) {
        out.onError(
            Status.NOT_FOUND
                .withDescription("no such round is under way with this site")
                .asRuntimeException());
        return;
      }
      out.onNext(UploadReceipt.newBuilder().setChunks(taken).build());
      out.onCompleted();
    } catch (TimeoutException e) {
      out.onError(
          Status.UNAVAILABLE.withDescription("the study is busy; ask again").asRuntimeException());
    } catch (ExecutionException e) {
      throw new IllegalStateException("nobody completes it by a failure", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      out.onError(Status.UNAVAILABLE.withDescription("stopping").asRuntimeException());
    }
  }

  static ByteString bytes(Digest digest) {
    return ByteString.copyFrom(digest.bytes());
  }
}
