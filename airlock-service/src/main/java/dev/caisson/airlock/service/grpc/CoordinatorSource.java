package dev.caisson.airlock.service.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.airlock.federated.Segment;
import dev.caisson.airlock.service.Candidate;
import dev.caisson.airlock.service.CandidateSource;
import dev.caisson.protocol.grpc.Manifests;
import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.grpc.Transfer;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.tls.Credentials;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.AuditReply;
import dev.caisson.protocol.wire.AuditRequest;
import dev.caisson.protocol.wire.CandidatesGrpc;
import dev.caisson.protocol.wire.CountSegment;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.HoldOutCommitment;
import dev.caisson.protocol.wire.NextReply;
import dev.caisson.protocol.wire.NextRequest;
import dev.caisson.protocol.wire.RoundRecord;
import dev.caisson.trust.Digest;
import dev.caisson.yaml.BadYamlException;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// The coordinator, as the airlock sees it. What comes from there is checked, not believed.
public final class CoordinatorSource implements CandidateSource, AutoCloseable {
  private static final long AUDIT_MINUTES = 30;

  private final ManagedChannel channel;

  public CoordinatorSource(String host, int port, Credentials keys) throws IOException {
    channel = Wire.dial(host, port, Role.COORDINATOR, keys);
  }

  @Override
  public Optional<Candidate> next(Collection<String> known, Duration wait) throws IOException {
    try {
      NextReply reply =
          CandidatesGrpc.newBlockingStub(channel)
              .withDeadlineAfter(wait.toSeconds() + 30, TimeUnit.SECONDS)
              .next(
                  NextRequest.newBuilder()
                      .addAllKnown(known)
                      .setWaitSeconds((int) wait.toSeconds())
                      .build());
      return reply.hasCandidate() ? Optional.of(candidate(reply.getCandidate())) : Optional.empty();
    } catch (StatusRuntimeException e) {
      throw new IOException("the coordinator is " + Statuses.inWords(e), e);
    }
  }

  @Override
  public byte[] fetch(String study, Digest digest, long maxBytes) throws IOException {
    try {
      return Transfer.receive(
          CandidatesGrpc.newBlockingStub(channel)
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

  @Override
  public Audit audit(String study, List<Segment> segments) throws IOException {
    AuditRequest.Builder request = AuditRequest.newBuilder().setStudy(study);
    for (Segment segment : segments) {
      request.addSegments(
          CountSegment.newBuilder()
              .setName(segment.name())
              .setLength(segment.length())
              .setMax(segment.maxValue()));
    }
    try {
      AuditReply reply =
          CandidatesGrpc.newBlockingStub(channel)
              .withDeadlineAfter(AUDIT_MINUTES, TimeUnit.MINUTES)
              .audit(request.build());
      return new Audit(
          sums(reply, segments),
          List.copyOf(reply.getSurvivorsList()),
          digest(reply.getTranscriptDigest()));
    } catch (StatusRuntimeException e) {
      throw new IOException("the audit of '%s': %s".formatted(study, Statuses.inWords(e)), e);
    }
  }

  private static long[] sums(AuditReply reply, List<Segment> segments) throws IOException {
    if (reply.getSegmentsCount() != segments.size()) {
      throw new IOException("the coordinator sent other sums than were asked for");
    }
    long[] sums = new long[segments.stream().mapToInt(Segment::length).sum()];
    int at = 0;
    for (int i = 0; i < segments.size(); i++) {
      if (!reply.getSegments(i).getName().equals(segments.get(i).name())
          || reply.getSegments(i).getValuesCount() != segments.get(i).length()) {
        throw new IOException("the coordinator sent other sums than were asked for");
      }
      for (long value : reply.getSegments(i).getValuesList()) {
        sums[at++] = value;
      }
    }
    return sums;
  }

  private static Candidate candidate(dev.caisson.protocol.wire.Candidate wire) throws IOException {
    List<Digest> transcripts = new ArrayList<>();
    List<String> survivors = new ArrayList<>();
    for (RoundRecord round : wire.getRoundsList()) {
      transcripts.add(digest(round.getTranscriptDigest()));
      round.getSurvivorsList().stream()
          .filter(site -> !survivors.contains(site))
          .forEach(survivors::add);
    }
    SortedMap<String, Digest> commitments = new TreeMap<>();
    for (HoldOutCommitment commitment : wire.getHoldOutsList()) {
      if (survivors.contains(commitment.getSite())) {
        commitments.put(commitment.getSite(), digest(commitment.getCommitment()));
      }
    }
    try {
      return new Candidate(
          wire.getStudy(),
          wire.getSubmitter(),
          PlanReader.read("plan", wire.getPlan().toByteArray()),
          digest(wire.getModelDigest()),
          digest(wire.getFinalVectorDigest()),
          Manifests.fromWire(wire.getParameters()).length(),
          survivors,
          (int) wire.getRoundsList().stream().filter(CoordinatorSource::trained).count(),
          transcripts,
          commitments,
          wire.getSoftware());
    } catch (BadYamlException | IllegalArgumentException | ArithmeticException e) {
      throw new IOException("the coordinator sent a broken candidate: " + e.getMessage(), e);
    }
  }

  /// Rounds are named after their purpose; an evaluation trains nothing.
  private static boolean trained(RoundRecord round) {
    return round.getRound().startsWith(Purpose.TRAIN.label() + "-");
  }

  private static Digest digest(ByteString bytes) throws IOException {
    try {
      return Digest.ofBytes(bytes.toByteArray());
    } catch (IllegalArgumentException e) {
      throw new IOException("the coordinator sent a broken digest", e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
