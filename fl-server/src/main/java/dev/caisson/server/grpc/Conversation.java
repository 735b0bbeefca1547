package dev.caisson.server.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.Version;
import dev.caisson.protocol.wire.Alive;
import dev.caisson.protocol.wire.FromSite;
import dev.caisson.protocol.wire.Hello;
import dev.caisson.protocol.wire.StudyAnswer;
import dev.caisson.protocol.wire.ToSite;
import dev.caisson.protocol.wire.Welcome;
import dev.caisson.server.site.Incarnation;
import dev.caisson.server.site.SiteDirectory;
import dev.caisson.server.site.SiteEvent;
import dev.caisson.trust.Digest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One site's stream, from hello to its end. gRPC delivers its messages one at a time.
final class Conversation implements StreamObserver<FromSite> {
  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  /// A site that says nothing for so many of its own intervals is gone.
  private static final int SILENT_INTERVALS = 6;

  /// One that reads nothing of what waits for it for so long is as good as gone. Longer, since a
  /// large message takes a slow line a while.
  private static final int STALLED_INTERVALS = 10;

  private final String site;
  private final SiteDirectory sites;
  private final ByteString coordinator;
  private final ServerCallStreamObserver<ToSite> out;
  private volatile @Nullable GrpcSiteLink link;
  private volatile long heard = System.nanoTime();
  private volatile boolean over;
  private boolean leaving;

  /// @param coordinator the incarnation of this coordinator's process
  Conversation(
      String site,
      SiteDirectory sites,
      ByteString coordinator,
      ServerCallStreamObserver<ToSite> out) {
    this.site = site;
    this.sites = sites;
    this.coordinator = coordinator;
    this.out = out;
    out.setOnCancelHandler(this::ended);
    out.setOnReadyHandler(this::proceed);
  }

  private void proceed() {
    GrpcSiteLink greeted = link;
    if (greeted != null) {
      greeted.proceed();
    }
  }

  @Override
  public void onNext(FromSite message) {
    if (over) {
      return; // it was refused; what was under way is not heard
    }
    heard = System.nanoTime();
    GrpcSiteLink greeted = link;
    if (greeted == null) {
      if (message.hasHello()) {
        hello(message.getHello());
      } else {
        refuse(Status.FAILED_PRECONDITION.withDescription("a site says hello first, once"));
      }
      return;
    }
    Optional<Status> objection = objection(message);
    if (objection.isPresent()) {
      refuse(objection.get());
      return;
    }
    switch (message.getKindCase()) {
      case HELLO ->
          refuse(Status.FAILED_PRECONDITION.withDescription("a site says hello first, once"));
      case ANSWER -> answered(message.getAnswer());
      case ROUND ->
          sites.deliver(
              message.getRound().getStudy(),
              new SiteEvent.Payload(
                  site,
                  message.getRound().getRound(),
                  message.getRound().getPayload().toByteArray()));
      case LEFT ->
          sites.deliver(
              message.getLeft().getStudy(),
              new SiteEvent.LeftRound(
                  site, message.getLeft().getRound(), plain(message.getLeft().getReason())));
      case CHECKED ->
          sites.deliver(
              message.getChecked().getStudy(),
              new SiteEvent.Checked(site, message.getChecked().getRound()));
      case ALIVE -> greeted.send(ToSite.newBuilder().setAlive(Alive.getDefaultInstance()).build());
      case LEAVING -> {
        if (!leaving) { // each one is news to every study
          leaving = true;
          LOG.info("site '{}' is being stopped", site);
          sites.leaving(greeted);
        }
      }
      case KIND_NOT_SET -> refuse(Status.INVALID_ARGUMENT.withDescription("an empty message"));
    }
  }

  /// To the names in a message.
  private static Optional<Status> objection(FromSite message) {
    return switch (message.getKindCase()) {
      case ANSWER -> Names.objection(message.getAnswer().getStudy());
      case ROUND -> Names.objection(message.getRound().getStudy(), message.getRound().getRound());
      case LEFT -> Names.objection(message.getLeft().getStudy(), message.getLeft().getRound());
      case CHECKED ->
          Names.objection(message.getChecked().getStudy(), message.getChecked().getRound());
      case HELLO, ALIVE, LEAVING, KIND_NOT_SET -> Optional.empty();
    };
  }

  private void hello(Hello hello) {
    int lowest = hello.getLowest() == 0 ? hello.getProtocol() : hello.getLowest();
    OptionalInt common = Version.common(lowest, hello.getProtocol());
    if (common.isEmpty()) {
      refuse(
          Status.FAILED_PRECONDITION.withDescription(
              "this coordinator speaks %s, the site %s: update the %s"
                  .formatted(
                      Version.range(Version.LOWEST, Version.PROTOCOL),
                      Version.range(lowest, hello.getProtocol()),
                      hello.getProtocol() < Version.LOWEST ? "site" : "coordinator")));
      return;
    }
    Optional<Incarnation> incarnation = Incarnation.of(hello.getIncarnation().toByteArray());
    if (incarnation.isEmpty()) {
      refuse(
          Status.INVALID_ARGUMENT.withDescription(
              "an incarnation has %d bytes".formatted(Incarnation.BYTES)));
      return;
    }
    GrpcSiteLink greeted = new GrpcSiteLink(site, incarnation.get(), out);
    greeted.send(
        ToSite.newBuilder()
            .setWelcome(
                Welcome.newBuilder()
                    .setProtocol(common.getAsInt())
                    .setSoftware(Version.SOFTWARE)
                    .setIncarnation(coordinator))
            .build());
    Optional<String> objection = sites.arrived(greeted);
    if (objection.isPresent()) {
      refuse(Status.ALREADY_EXISTS.withDescription(objection.get()));
      return;
    }
    link = greeted;
    LOG.info("site '{}' connected ({})", site, incarnation.get());
    int seconds = Math.clamp(hello.getAliveSeconds(), 10, 300);
    Thread.ofVirtual()
        .name("alive-" + site)
        .start(() -> watch(greeted, Duration.ofSeconds(seconds)));
    if (out.isCancelled()) {
      ended(); // it ended while it was taken in
    }
  }

  /// Ends the conversation with a site that says or reads nothing.
  private void watch(GrpcSiteLink greeted, Duration interval) {
    Duration silence = interval.multipliedBy(SILENT_INTERVALS);
    Duration stall = interval.multipliedBy(STALLED_INTERVALS);
    try {
      while (!over) {
        Thread.sleep(Duration.ofSeconds(5));
        boolean silent = System.nanoTime() - heard > silence.toNanos();
        if (!over && (silent || greeted.stalled().compareTo(stall) > 0)) {
          LOG.warn(
              "site '{}' {} for {} s: it is disconnected",
              site,
              silent ? "said nothing" : "read nothing",
              (silent ? silence : stall).toSeconds());
          refuse(Status.ABORTED.withDescription("nothing was said or read for too long"));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
                site, Digest.ofBytes(answer.getHoldOutCommitment().toByteArray())));
      }
      case REFUSAL ->
          sites.deliver(answer.getStudy(), new SiteEvent.Refused(site, plain(answer.getRefusal())));
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
    GrpcSiteLink greeted = link;
    if (greeted != null) {
      greeted.close("goodbye");
    }
  }

  /// Ends the conversation from our side: the site is gone at once, not when it notices.
  private void refuse(Status status) {
    GrpcSiteLink greeted = link;
    if (greeted != null) {
      greeted.refuse(status);
    } else if (!out.isCancelled()) {
      out.onError(status.asRuntimeException());
    }
    ended();
  }

  private synchronized void ended() {
    GrpcSiteLink greeted = link;
    if (greeted != null && !over) {
      LOG.info("site '{}' is gone", site);
      sites.gone(greeted);
    }
    over = true;
  }

  /// Text from a site, short and on one line.
  static String plain(String text) {
    String line = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", " ");
    return line.length() <= 300 ? line : line.substring(0, 300) + "...";
  }
}
