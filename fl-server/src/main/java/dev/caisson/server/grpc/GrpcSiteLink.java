package dev.caisson.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.protocol.wire.RoundEnded;
import dev.caisson.protocol.wire.RoundMessage;
import dev.caisson.protocol.wire.StudyEnded;
import dev.caisson.protocol.wire.StudyOffer;
import dev.caisson.protocol.wire.ToSite;
import dev.caisson.server.site.SiteLink;
import dev.caisson.trust.Digest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;

/// A site's stream, outbound. Calls come from several threads and are put in one order here.
final class GrpcSiteLink implements SiteLink {
  private final String site;
  private final ServerCallStreamObserver<ToSite> out;
  private boolean closed;

  GrpcSiteLink(String site, ServerCallStreamObserver<ToSite> out) {
    this.site = site;
    this.out = out;
  }

  @Override
  public String site() {
    return site;
  }

  @Override
  public void offer(String study, byte[] plan, Digest dataset, Digest model) {
    send(
        ToSite.newBuilder()
            .setOffer(
                StudyOffer.newBuilder()
                    .setStudy(study)
                    .setPlan(ByteString.copyFrom(plan))
                    .setDatasetDigest(SitesEndpoint.bytes(dataset))
                    .setModelDigest(SitesEndpoint.bytes(model)))
            .build());
  }

  @Override
  public void round(String study, String round, byte[] payload) {
    send(
        ToSite.newBuilder()
            .setRound(
                RoundMessage.newBuilder()
                    .setStudy(study)
                    .setRound(round)
                    .setPayload(UnsafeByteOperations.unsafeWrap(payload)))
            .build());
  }

  @Override
  public void roundEnded(String study, String round, boolean completed, String reason) {
    send(
        ToSite.newBuilder()
            .setRoundEnded(
                RoundEnded.newBuilder()
                    .setStudy(study)
                    .setRound(round)
                    .setCompleted(completed)
                    .setReason(reason))
            .build());
  }

  @Override
  public void studyEnded(String study, String reason) {
    send(
        ToSite.newBuilder()
            .setStudyEnded(StudyEnded.newBuilder().setStudy(study).setReason(reason))
            .build());
  }

  @Override
  public void close(String reason) {
    refuse(Status.ABORTED.withDescription(reason));
  }

  synchronized void send(ToSite message) {
    if (!closed && !out.isCancelled()) {
      out.onNext(message);
    }
  }

  synchronized void refuse(Status status) {
    if (!closed && !out.isCancelled()) {
      closed = true;
      out.onError(status.asRuntimeException());
    }
  }
}
