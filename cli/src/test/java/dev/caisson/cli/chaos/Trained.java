package dev.caisson.cli.chaos;

import dev.caisson.protocol.grpc.Transfer;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.Candidate;
import dev.caisson.protocol.wire.CandidatesGrpc;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.NextRequest;
import dev.caisson.trust.Digest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What the airlock is told of a trained study, and the final vector that it fetches.
///
/// @param rounds in order, the final evaluation too
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Trained(String study, List<Round> rounds, float[] finalVector) {
  private static final int WAIT_SECONDS = 20;
  private static final int MOST_BYTES = 1 << 20;

  /// @param manifest the digest of the round's manifest
  /// @param state the digest of the state that it ended with
  record Round(String name, Digest manifest, Digest state, List<String> survivors) {
    boolean isTraining() {
      return name.startsWith("train-");
    }
  }

  List<Round> training() {
    return rounds.stream().filter(Round::isTraining).toList();
  }

  /// Fetches them through the Candidates service.
  static Trained fetch(LiveFederation federation, String study) throws Exception {
    ManagedChannel channel =
        Wire.dial(
            "127.0.0.1",
            federation.port(),
            Role.COORDINATOR,
            KeyFiles.load(federation.homes().airlock().resolve("keys")));
    try {
      var candidates = CandidatesGrpc.newBlockingStub(channel);
      NextRequest.Builder asking = NextRequest.newBuilder().setWaitSeconds(WAIT_SECONDS);
      Candidate candidate;
      do {
        candidate =
            candidates
                .withDeadlineAfter(2 * WAIT_SECONDS, TimeUnit.SECONDS)
                .next(asking.build())
                .getCandidate();
        if (candidate.getStudy().isEmpty()) {
          throw new AssertionError("the airlock is not offered '%s'".formatted(study));
        }
        asking.addKnown(candidate.getStudy());
      } while (!candidate.getStudy().equals(study));
      byte[] vector =
          Transfer.receive(
              candidates.fetch(
                  FetchRequest.newBuilder()
                      .setStudy(study)
                      .setDigest(candidate.getFinalVectorDigest())
                      .build()),
              Digest.ofBytes(candidate.getFinalVectorDigest().toByteArray()),
              MOST_BYTES);
      return new Trained(
          study,
          candidate.getRoundsList().stream()
              .map(
                  round ->
                      new Round(
                          round.getRound(),
                          Digest.ofBytes(round.getManifestDigest().toByteArray()),
                          Digest.ofBytes(round.getStateDigest().toByteArray()),
                          List.copyOf(round.getSurvivorsList())))
              .toList(),
          ParameterManifest.vector(vector));
    } catch (StatusRuntimeException e) {
      throw new AssertionError("the airlock cannot fetch the candidate", e);
    } finally {
      channel.shutdownNow();
    }
  }
}
