package dev.caisson.server.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.Version;
import dev.caisson.protocol.grpc.Manifests;
import dev.caisson.protocol.grpc.Transfer;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.wire.AuditReply;
import dev.caisson.protocol.wire.AuditRequest;
import dev.caisson.protocol.wire.BlobChunk;
import dev.caisson.protocol.wire.CandidatesGrpc;
import dev.caisson.protocol.wire.CountSegment;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.HoldOutCommitment;
import dev.caisson.protocol.wire.NextReply;
import dev.caisson.protocol.wire.NextRequest;
import dev.caisson.protocol.wire.RoundRecord;
import dev.caisson.protocol.wire.SummedSegment;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.server.study.Candidate;
import dev.caisson.server.study.StudyRegistry;
import dev.caisson.server.study.StudyRunner;
import dev.caisson.trust.Digest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the airlock calls: the only way by which a checkpoint leaves the coordinator.
public final class CandidatesEndpoint extends CandidatesGrpc.CandidatesImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(CandidatesEndpoint.class);
  private static final int MAX_WAIT_SECONDS = 60;

  private final StudyRegistry studies;
  private final Set<String> tooLarge = ConcurrentHashMap.newKeySet();

  public CandidatesEndpoint(StudyRegistry studies) {
    this.studies = studies;
  }

  @Override
  public void next(NextRequest request, StreamObserver<NextReply> out) {
    try {
      out.onNext(
          next(
              request.getKnownList(),
              Duration.ofSeconds(Math.clamp(request.getWaitSeconds(), 0, MAX_WAIT_SECONDS))));
      out.onCompleted();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      out.onError(Status.UNAVAILABLE.withDescription("shutting down").asRuntimeException());
    }
  }

  /// A candidate whose description does not fit one message is passed over, or it would keep all
  /// later ones from the airlock.
  private NextReply next(List<String> known, Duration wait) throws InterruptedException {
    Set<String> passed = new HashSet<>(known);
    passed.addAll(tooLarge);
    while (true) {
      Optional<Candidate> found = studies.nextCandidate(passed, wait);
      if (found.isEmpty()) {
        return NextReply.getDefaultInstance();
      }
      NextReply reply = NextReply.newBuilder().setCandidate(wire(found.get())).build();
      if (reply.getSerializedSize() <= Wire.MAX_MESSAGE) {
        return reply;
      }
      String study = found.get().submission().study();
      LOG.error(
          "the description of candidate '{}' has {} bytes; it cannot be handed to the airlock",
          study,
          reply.getSerializedSize());
      tooLarge.add(study);
      passed.add(study);
    }
  }

  @Override
  public void fetch(FetchRequest request, StreamObserver<BlobChunk> out) {
    try {
      Digest digest = Digest.ofBytes(request.getDigest().toByteArray());
      if (!studies.mayAirlockRead(request.getStudy(), digest)) {
        out.onError(Status.NOT_FOUND.withDescription("no candidate has it").asRuntimeException());
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
  public void audit(AuditRequest request, StreamObserver<AuditReply> out) {
    try {
      List<Segment> segments = new ArrayList<>();
      for (CountSegment s : request.getSegmentsList()) {
        segments.add(new Segment.Exact(s.getName(), s.getLength(), s.getMax(), false));
      }
      StudyRunner study =
          studies
              .find(request.getStudy())
              .orElseThrow(() -> new IllegalArgumentException("there is no such study"));
      SumResult sum = study.audit(new VectorSpec(segments)).get();
      AuditReply.Builder reply =
          AuditReply.newBuilder()
              .addAllSurvivors(sum.survivors())
              .setTranscriptDigest(SitesEndpoint.bytes(sum.d3()));
      for (Segment segment : segments) {
        SummedSegment.Builder values = SummedSegment.newBuilder().setName(segment.name());
        for (long value : sum.aggregate().exactSum(segment.name())) {
          values.addValues(value);
        }
        reply.addSegments(values);
      }
      out.onNext(reply.build());
      out.onCompleted();
    } catch (IllegalArgumentException e) {
      out.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
    } catch (ExecutionException e) {
      out.onError(
          Status.FAILED_PRECONDITION
              .withDescription(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()))
              .asRuntimeException());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      out.onError(Status.UNAVAILABLE.withDescription("shutting down").asRuntimeException());
    }
  }

  private static dev.caisson.protocol.wire.Candidate wire(Candidate candidate) {
    var out =
        dev.caisson.protocol.wire.Candidate.newBuilder()
            .setStudy(candidate.submission().study())
            .setSubmitter(candidate.submission().submitter())
            .setPlan(ByteString.copyFromUtf8(candidate.submission().plan().text()))
            .setModelDigest(SitesEndpoint.bytes(candidate.submission().model()))
            .setInitialVectorDigest(SitesEndpoint.bytes(candidate.submission().initialVector()))
            .setFinalVectorDigest(SitesEndpoint.bytes(candidate.finalVector()))
            .setParameters(Manifests.toWire(candidate.submission().parameters()))
            .setSoftware(Version.SOFTWARE);
    for (Candidate.RoundRecord round : candidate.rounds()) {
      out.addRounds(
          RoundRecord.newBuilder()
              .setRound(round.round())
              .setManifestDigest(SitesEndpoint.bytes(round.manifest()))
              .setTranscriptDigest(SitesEndpoint.bytes(round.transcript()))
              .setStateDigest(SitesEndpoint.bytes(round.state()))
              .addAllSurvivors(round.survivors()));
    }
    candidate
        .holdOutCommitments()
        .forEach(
            (site, commitment) ->
                out.addHoldOuts(
                    HoldOutCommitment.newBuilder()
                        .setSite(site)
                        .setCommitment(SitesEndpoint.bytes(commitment))));
    return out.build();
  }
}
