package dev.caisson.cli.grpc;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.people.Desk;
import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.EnrolledAlready;
import dev.caisson.protocol.wire.MembersGrpc;
import dev.caisson.protocol.wire.MembersRequest;
import dev.caisson.protocol.wire.RevokeRequest;
import dev.caisson.protocol.wire.TokenReply;
import dev.caisson.protocol.wire.TokenRequest;
import dev.caisson.trust.Digest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// An admin's side of the coordinator: list, token, revoke.
public final class MembersClient implements AutoCloseable {
  private static final long SECONDS = 30;

  private final ManagedChannel channel;

  public MembersClient(Desk desk) throws IOException {
    channel =
        Wire.dial(
            desk.coordinator().host(), desk.coordinator().port(), Role.COORDINATOR, desk.keys());
  }

  /// A member as an admin sees it; times as text, empty where there is none.
  public record Listed(
      String name,
      String role,
      String identity,
      String enrolled,
      String ended,
      String reason,
      String certificateEnds) {}

  /// A token and when it ends.
  public record Issued(String token, String expires) {}

  public List<Listed> list() throws CommandFailure {
    return call(
        members ->
            members.list(MembersRequest.getDefaultInstance()).getMembersList().stream()
                .map(
                    m ->
                        new Listed(
                            m.getName(),
                            m.getRole(),
                            Digest.ofBytes(m.getIdentityFingerprint().toByteArray()).hex(),
                            m.getEnrolledAt(),
                            m.getRevokedAt(),
                            m.getReason(),
                            m.getCertificateEnds()))
                .toList());
  }

  /// @param already `REFUSE`, `SAME_IDENTITY` or `RENEW_IDENTITY`
  public Issued token(Caller caller, int hours, String already) throws CommandFailure {
    TokenReply reply =
        call(
            members ->
                members.issueToken(
                    TokenRequest.newBuilder()
                        .setName(caller.name())
                        .setRole(caller.role().label())
                        .setValidHours(hours)
                        .setEnrolledAlready(EnrolledAlready.valueOf(already))
                        .build()));
    return new Issued(reply.getToken(), reply.getExpiresAt());
  }

  /// How many certificates are void now that were good before.
  public int revoke(String name, String reason) throws CommandFailure {
    return call(
        members ->
            members
                .revoke(RevokeRequest.newBuilder().setName(name).setReason(reason).build())
                .getCertificates());
  }

  private <R> R call(Function<MembersGrpc.MembersBlockingStub, R> what) throws CommandFailure {
    try {
      return what.apply(
          MembersGrpc.newBlockingStub(channel).withDeadlineAfter(SECONDS, TimeUnit.SECONDS));
    } catch (StatusRuntimeException e) {
      throw new CommandFailure("at the coordinator: " + Statuses.inWords(e), e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
