package dev.caisson.client.grpc;

import dev.caisson.client.SiteDesk;
import dev.caisson.protocol.Version;
import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.protocol.wire.StudyOffer;
import dev.caisson.protocol.wire.ToSite;
import dev.caisson.protocol.wire.Welcome;
import dev.caisson.trust.Digest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the coordinator says in one conversation, checked and handed to the desk.
final class Incoming implements StreamObserver<ToSite> {
  private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);
  private static final int MAX_REASON = 1000;

  private final SiteDesk desk;
  private final Runnable end;
  private volatile long heard = System.nanoTime();

  /// @param end cuts the conversation off
  Incoming(SiteDesk desk, Runnable end) {
    this.desk = desk;
    this.end = end;
  }

  /// When (`System.nanoTime`) anything came last.
  long heard() {
    return heard;
  }

  @Override
  public void onNext(ToSite message) {
    heard = System.nanoTime();
    if (!isWellNamed(message)) {
      LOG.warn("a message of the coordinator names no proper study or round and is dropped");
      return;
    }
    switch (message.getKindCase()) {
      case WELCOME -> welcome(message.getWelcome());
      case OFFER -> offered(message.getOffer());
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
      case NOTICE -> desk.noticed(plain(message.getNotice().getText()));
      case ALIVE, KIND_NOT_SET -> {} // nothing that we must answer
    }
  }

  private void offered(StudyOffer offer) {
    SignedPlan plan;
    try {
      plan =
          new SignedPlan(
              offer.getPlan().toByteArray(),
              Digest.ofBytes(offer.getModelDigest().toByteArray()),
              offer.getResearcher(),
              offer.getSignature().toByteArray());
    } catch (IllegalArgumentException e) {
      LOG.warn(
          "the coordinator's offer of study '{}' is malformed and is dropped: {}",
          offer.getStudy(),
          e.getMessage());
      return;
    }
    desk.offered(offer.getStudy(), plan);
  }

  private void welcome(Welcome welcome) {
    if (welcome.getProtocol() < Version.LOWEST || welcome.getProtocol() > Version.PROTOCOL) {
      LOG.error(
          "the coordinator chose protocol {}, which this site does not speak ({})",
          welcome.getProtocol(),
          Version.range(Version.LOWEST, Version.PROTOCOL));
      end.run();
      return;
    }
    byte[] incarnation = welcome.getIncarnation().toByteArray();
    desk.welcomed(HexFormat.of().formatHex(incarnation, 0, Math.min(incarnation.length, 16)));
  }

  /// Names enter the ledger, logs and threads: bounded, of harmless characters.
  private static boolean isWellNamed(ToSite message) {
    return switch (message.getKindCase()) {
      case OFFER ->
          isName(message.getOffer().getStudy()) && isName(message.getOffer().getResearcher());
      case ROUND -> isName(message.getRound().getStudy()) && isName(message.getRound().getRound());
      case ROUND_ENDED ->
          isName(message.getRoundEnded().getStudy()) && isName(message.getRoundEnded().getRound());
      case STUDY_ENDED -> isName(message.getStudyEnded().getStudy());
      case WELCOME, ALIVE, NOTICE, KIND_NOT_SET -> true;
    };
  }

  private static boolean isName(String text) {
    return text.matches("[a-z0-9][a-z0-9-]{0,99}");
  }

  /// Text from the coordinator, short and on one line.
  private static String plain(String text) {
    String line = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", " ");
    return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON) + "...";
  }

  @Override
  public void onError(Throwable t) {
    desk.disconnected(
        plain(Statuses.inWords(t)),
        Status.fromThrowable(t).getCode() == Status.Code.ALREADY_EXISTS);
  }

  @Override
  public void onCompleted() {
    desk.disconnected("the coordinator ended the conversation", false);
  }
}
