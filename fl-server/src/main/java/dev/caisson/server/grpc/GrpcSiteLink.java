package dev.caisson.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.protocol.wire.Notice;
import dev.caisson.protocol.wire.RoundEnded;
import dev.caisson.protocol.wire.RoundMessage;
import dev.caisson.protocol.wire.StudyEnded;
import dev.caisson.protocol.wire.StudyOffer;
import dev.caisson.protocol.wire.ToSite;
import dev.caisson.server.site.Incarnation;
import dev.caisson.server.site.SiteLink;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/// A site's stream, outbound. Calls come from several threads and are put in one order here. What
/// the site does not read at once waits here, at most [#MOST_BYTES]; a site that reads too slowly
/// for that is disconnected, and may come back.
final class GrpcSiteLink implements SiteLink {
  private static final long MOST_BYTES = 16L << 20;

  private final String site;
  private final Incarnation incarnation;
  private final ServerCallStreamObserver<ToSite> out;
  private final Queue<ToSite> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private long waitingSince;
  private boolean closed;

  /// The caller sees to it that [#proceed] is called when the stream is ready again.
  GrpcSiteLink(String site, Incarnation incarnation, ServerCallStreamObserver<ToSite> out) {
    this.site = site;
    this.incarnation = incarnation;
    this.out = out;
  }

  @Override
  public String site() {
    return site;
  }

  @Override
  public Incarnation incarnation() {
    return incarnation;
  }

  @Override
  public void offer(String study, SignedPlan plan) {
    send(
        ToSite.newBuilder()
            .setOffer(
                StudyOffer.newBuilder()
                    .setStudy(study)
                    .setPlan(ByteString.copyFrom(plan.text()))
                    .setModelDigest(SitesEndpoint.bytes(plan.model()))
                    .setResearcher(plan.researcher())
                    .setSignature(ByteString.copyFrom(plan.signature())))
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
  public void warn(String text) {
    send(ToSite.newBuilder().setNotice(Notice.newBuilder().setText(text)).build());
  }

  @Override
  public void displace(String reason) {
    refuse(Status.ALREADY_EXISTS.withDescription(reason));
  }

  @Override
  public void close(String reason) {
    refuse(Status.ABORTED.withDescription(reason));
  }

  synchronized void send(ToSite message) {
    if (isOver()) {
      return;
    }
    if (waiting.isEmpty() && out.isReady()) {
      out.onNext(message);
      return;
    }
    if (waiting.isEmpty()) {
      waitingSince = System.nanoTime();
    }
    waiting.add(message);
    waitingBytes += message.getSerializedSize();
    if (waitingBytes > MOST_BYTES) {
      close("the site does not read: %d bytes wait for it".formatted(waitingBytes));
    }
  }

  /// Sends what waits, as far as the site reads.
  synchronized void proceed() {
    while (!isOver() && out.isReady() && !waiting.isEmpty()) {
      ToSite next = waiting.remove();
      waitingBytes -= next.getSerializedSize();
      waitingSince = System.nanoTime();
      out.onNext(next);
    }
  }

  /// How long the site has read nothing of what waits for it.
  synchronized Duration stalled() {
    return waiting.isEmpty() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - waitingSince);
  }

  synchronized void refuse(Status status) {
    if (!isOver()) {
      closed = true;
      out.onError(status.asRuntimeException());
    }
    waiting.clear();
    waitingBytes = 0;
  }

  private boolean isOver() {
    return closed || out.isCancelled();
  }
}
