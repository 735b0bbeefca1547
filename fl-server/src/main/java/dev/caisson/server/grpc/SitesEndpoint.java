package dev.caisson.server.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.Version;
import dev.caisson.protocol.grpc.AccessRules;
import dev.caisson.protocol.grpc.Transfer;
import dev.caisson.protocol.wire.BlobChunk;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.FromSite;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.StudyAnswer;
import dev.caisson.protocol.wire.ToSite;
import dev.caisson.protocol.wire.UploadChunk;
import dev.caisson.protocol.wire.UploadReceipt;
import dev.caisson.protocol.wire.Welcome;
import dev.caisson.secagg.Layout;
import dev.caisson.server.site.SiteDirectory;
import dev.caisson.server.site.SiteEvent;
import dev.caisson.server.study.StudyRegistry;
import dev.caisson.trust.Digest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What sites call. The site's name is always the one in its certificate, never one it sends.
public final class SitesEndpoint extends SitesGrpc.SitesImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(SitesEndpoint.class);
  private static final int MAX_REASON = 300;

  private final SiteDirectory sites;
  private final StudyRegistry studies;

  public SitesEndpoint(SiteDirectory sites, StudyRegistry studies) {
    this.sites = sites;
    this.studies = studies;
  }

  @Override
  public StreamObserver<FromSite> connect(StreamObserver<ToSite> out) {
    return new Conversation(AccessRules.caller().name(), (ServerCallStreamObserver<ToSite>) out);
  }

  /// One site's stream. gRPC delivers its messages one at a time.
  private final class Conversation implements StreamObserver<FromSite> {
    private final GrpcSiteLink link;
    private boolean greeted;
    private volatile boolean over;

    Conversation(String site, ServerCallStreamObserver<ToSite> out) {
      link = new GrpcSiteLink(site, out);
      out.setOnCancelHandler(this::ended);
    }

    @Override
    public void onNext(FromSite message) {
      if (over) {
        return; // it was refused; what was under way is not heard
      }
      if (greeted == message.hasHello()) {
        refuse(Status.FAILED_PRECONDITION.withDescription("a site says hello first, once"));
        return;
      }
      switch (message.getKindCase()) {
        case HELLO -> {
          int theirs = message.getHello().getProtocol();
          if (theirs != Version.PROTOCOL) {
            refuse(
                Status.FAILED_PRECONDITION.withDescription(
                    "this coordinator speaks protocol %d, the site %d: update the older one"
                        .formatted(Version.PROTOCOL, theirs)));
            return;
          }
          greeted = true;
          link.send(
              ToSite.newBuilder()
                  .setWelcome(
                      Welcome.newBuilder()
                          .setProtocol(Version.PROTOCOL)
                          .setSoftware(Version.SOFTWARE))
                  .build());
          LOG.info("site '{}' connected", link.site());
          sites.arrived(link);
        }
        case ANSWER -> answered(message.getAnswer());
        case ROUND ->
            sites.deliver(
                message.getRound().getStudy(),
                new SiteEvent.Payload(
                    link.site(),
                    message.getRound().getRound(),
                    message.getRound().getPayload().toByteArray()));
        case LEFT ->
            sites.deliver(
                message.getLeft().getStudy(),
                new SiteEvent.LeftRound(
                    link.site(),
                    message.getLeft().getRound(),
                    plain(message.getLeft().getReason())));
        case KIND_NOT_SET -> refuse(Status.INVALID_ARGUMENT.withDescription("an empty message"));
      }
    }

    private void answered(StudyAnswer answer) {
      switch (answer.getVerdictCase()) {
        case HOLD_OUT_COMMITMENT -> {
          if (answer.getHoldOutCommitment().size() != Digest.BYTES) {
            refuse(Status.INVALID_ARGUMENT.withDescription("a commitment has 32 bytes"));
            return;
          }
          sites.deliver(
              answer.getStudy(),
              new SiteEvent.Admitted(
                  link.site(), Digest.ofBytes(answer.getHoldOutCommitment().toByteArray())));
        }
        case REFUSAL ->
            sites.deliver(
                answer.getStudy(), new SiteEvent.Refused(link.site(), plain(answer.getRefusal())));
        case VERDICT_NOT_SET ->
            refuse(Status.INVALID_ARGUMENT.withDescription("an answer without a verdict"));
      }
    }

    @Override
    public void onError(Throwable t) {
      ended();
    }

    @Override
    public void onCompleted() {
      ended();
      link.close("goodbye");
    }

    /// Ends the conversation from our side: the site is gone at once, not when it notices.
    private void refuse(Status status) {
      link.refuse(status);
      ended();
    }

    private synchronized void ended() {
      if (greeted && !over) {
        LOG.info("site '{}' is gone", link.site());
        sites.gone(link);
      }
      over = true;
    }
  }

  @Override
  public void fetch(FetchRequest request, StreamObserver<BlobChunk> out) {
    String site = AccessRules.caller().name();
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
          studies.content().blobs().open(digest), studies.content().blobs().size(digest), out);
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
        // The site's own stream tells whether it is gone; a broken upload leaves chunks missing.
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

  /// Text from a site, short and on one line.
  private static String plain(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON) + "...";
  }

  static ByteString bytes(Digest digest) {
    return ByteString.copyFrom(digest.bytes());
  }
}
