package dev.caisson.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.wire.ToSite;
import dev.caisson.server.site.Incarnation;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a site does not read.
final class GrpcSiteLinkTest {
  private final Stream stream = new Stream();
  private final GrpcSiteLink link = new GrpcSiteLink("a", new Incarnation(1, 1), stream);

  @Test
  void whatCannotBeSentWaitsAndKeepsItsOrder() {
    stream.ready = false;
    for (int i = 0; i < 5; i++) {
      link.studyEnded("s", "reason " + i);
    }
    assertThat(stream.sent).isEmpty();
    assertThat(link.stalled()).isPositive();
    stream.ready = true;
    link.studyEnded("s", "reason 5"); // the site reads again, but the others come first
    link.proceed();
    assertThat(stream.sent)
        .extracting(message -> message.getStudyEnded().getReason())
        .containsExactly("reason 0", "reason 1", "reason 2", "reason 3", "reason 4", "reason 5");
    assertThat(link.stalled()).isZero();
  }

  @Test
  void aSiteThatDoesNotReadSixteenMegabytesIsDisconnectedAndNothingIsKeptForIt() {
    stream.ready = false;
    for (int i = 0; i < 17; i++) {
      link.round("s", "train-1", new byte[1 << 20]);
    }
    assertThat(stream.ended).isNotNull();
    assertThat(stream.ended.getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(stream.ended.getDescription()).contains("does not read");
    assertThat(link.stalled()).as("nothing waits any more").isZero();
    stream.ready = true;
    link.round("s", "train-1", new byte[1]);
    link.proceed();
    assertThat(stream.sent).isEmpty();
  }

  /// gRPC's end of the stream.
  private static final class Stream extends ServerCallStreamObserver<ToSite> {
    final List<ToSite> sent = new ArrayList<>();
    @Nullable Status ended;
    boolean ready = true;

    @Override
    public void onNext(ToSite value) {
      sent.add(value);
    }

    @Override
    public void onError(Throwable t) {
      ended = Status.fromThrowable(t);
    }

    @Override
    public void onCompleted() {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable onCancelHandler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void setOnReadyHandler(Runnable onReadyHandler) {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}
  }
}
