package dev.caisson.airlock.service.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.airlock.review.Decision;
import dev.caisson.airlock.review.InternalReason;
import dev.caisson.airlock.review.SignedDecision;
import dev.caisson.airlock.service.AirlockProcess;
import dev.caisson.airlock.service.CaseFile;
import dev.caisson.protocol.grpc.AccessRules;
import dev.caisson.protocol.wire.CandidateStatus;
import dev.caisson.protocol.wire.CandidatesReply;
import dev.caisson.protocol.wire.CandidatesRequest;
import dev.caisson.protocol.wire.DecideReply;
import dev.caisson.protocol.wire.DecideRequest;
import dev.caisson.protocol.wire.DossierReply;
import dev.caisson.protocol.wire.DossierRequest;
import dev.caisson.protocol.wire.ReviewsGrpc;
import dev.caisson.trust.Digest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What reviewers call. A decision is taken in the name of the certificate it comes with, and
/// counts only if that name's identity key signed it.
public final class ReviewsEndpoint extends ReviewsGrpc.ReviewsImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(ReviewsEndpoint.class);

  private final AirlockProcess airlock;

  public ReviewsEndpoint(AirlockProcess airlock) {
    this.airlock = airlock;
  }

  @Override
  public void list(CandidatesRequest request, StreamObserver<CandidatesReply> out) {
    CandidatesReply.Builder reply = CandidatesReply.newBuilder();
    airlock.cases().forEach(file -> reply.addCandidates(status(file)));
    out.onNext(reply.build());
    out.onCompleted();
  }

  @Override
  public void dossier(DossierRequest request, StreamObserver<DossierReply> out) {
    Optional<CaseFile> file = airlock.find(request.getCandidate());
    if (file.isEmpty()) {
      out.onError(noSuchCandidate());
      return;
    }
    out.onNext(
        DossierReply.newBuilder()
            .setJson(ByteString.copyFrom(file.get().dossier().json()))
            .setHtml(ByteString.copyFrom(file.get().dossier().html()))
            .setModelDigest(ByteString.copyFrom(file.get().dossier().candidate().model().bytes()))
            .setDossierDigest(ByteString.copyFrom(file.get().dossier().digest().bytes()))
            .setAttempt(file.get().attempt())
            .build());
    out.onCompleted();
  }

  @Override
  public void decide(DecideRequest request, StreamObserver<DecideReply> out) {
    Optional<CaseFile> file = airlock.find(request.getCandidate());
    if (file.isEmpty()) {
      out.onError(noSuchCandidate());
      return;
    }
    try {
      Decision decision =
          new Decision(
              Digest.ofBytes(request.getModelDigest().toByteArray()),
              Digest.ofBytes(request.getDossierDigest().toByteArray()),
              request.getAttempt(),
              AccessRules.caller().name(),
              request.getApprove() ? Decision.Choice.APPROVE : Decision.Choice.REFUSE,
              request.getPublicReason(),
              internal(request).commitment(),
              Instant.ofEpochSecond(request.getAtEpochSecond()));
      CaseFile.Decided decided =
          file.get()
              .decide(
                  new SignedDecision(decision, request.getSignature().toByteArray()),
                  internal(request));
      out.onNext(
          DecideReply.newBuilder()
              .setCounted(decided.counted())
              .setState(decided.state().name())
              .setText(decided.text())
              .build());
      out.onCompleted();
    } catch (IllegalArgumentException | DateTimeException e) {
      out.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
    } catch (IOException e) {
      LOG.error("cannot write a release", e);
      out.onError(
          Status.INTERNAL
              .withDescription("the airlock cannot write the release: " + e.getMessage())
              .asRuntimeException());
    }
  }

  private static InternalReason internal(DecideRequest request) {
    return new InternalReason(request.getInternalReason(), request.getInternalSalt().toByteArray());
  }

  /// Everything that a reviewer may see in a list.
  static CandidateStatus status(CaseFile file) {
    return CandidateStatus.newBuilder()
        .setCandidate(file.candidate())
        .setSubmitter(file.submitter())
        .setState(file.state().name())
        .setVerdict(file.dossier().verdict().name())
        .setText(String.join("; ", file.dossier().why()))
        .build();
  }

  static RuntimeException noSuchCandidate() {
    return Status.NOT_FOUND
        .withDescription("there is no such candidate at this airlock")
        .asRuntimeException();
  }
}
