package dev.caisson.server.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.grpc.AccessRules;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.MembersGrpc;
import dev.caisson.protocol.wire.MembersReply;
import dev.caisson.protocol.wire.MembersRequest;
import dev.caisson.protocol.wire.RevokeReply;
import dev.caisson.protocol.wire.RevokeRequest;
import dev.caisson.protocol.wire.TokenReply;
import dev.caisson.protocol.wire.TokenRequest;
import dev.caisson.server.member.EnrolledAlready;
import dev.caisson.server.member.Member;
import dev.caisson.server.member.Members;
import dev.caisson.server.member.RefusedException;
import dev.caisson.trust.Digest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What an admin does from elsewhere: list, issue tokens, revoke. Tokens for admins and for servers
/// are issued at the coordinator alone, so that a stolen admin's key makes no further admins and
/// takes no server's place.
public final class MembersEndpoint extends MembersGrpc.MembersImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(MembersEndpoint.class);
  private static final String NAME = "[a-z0-9][a-z0-9-]{0,62}";

  private final Members members;
  private final Optional<Digest> authority;

  /// @param authority the digest of the authority's certificate; empty where there is none
  public MembersEndpoint(Members members, Optional<Digest> authority) {
    this.members = members;
    this.authority = authority;
  }

  @Override
  public void list(MembersRequest request, StreamObserver<MembersReply> out) {
    MembersReply.Builder reply = MembersReply.newBuilder();
    members.list().forEach(member -> reply.addMembers(wire(member)));
    out.onNext(reply.build());
    out.onCompleted();
  }

  private static dev.caisson.protocol.wire.Member wire(Member member) {
    return dev.caisson.protocol.wire.Member.newBuilder()
        .setName(member.caller().name())
        .setRole(member.caller().role().label())
        .setIdentityFingerprint(ByteString.copyFrom(member.identity().bytes()))
        .setEnrolledAt(member.enrolled().toString())
        .setRevokedAt(member.ended().map(Instant::toString).orElse(""))
        .setReason(member.reason())
        .setCertificateEnds(member.certificateEnds().map(Instant::toString).orElse(""))
        .build();
  }

  @Override
  public void issueToken(TokenRequest request, StreamObserver<TokenReply> out) {
    try {
      Optional<Role> role = Role.ofLabel(request.getRole());
      if (role.isEmpty() || !request.getName().matches(NAME)) {
        fail(out, Status.INVALID_ARGUMENT, "a token is for a known role and a name of [a-z0-9-]");
        return;
      }
      if (role.get() == Role.ADMIN || role.get().isServer()) {
        fail(
            out,
            Status.PERMISSION_DENIED,
            "tokens for role '%s' are issued at the coordinator, by 'coordinator token'"
                .formatted(role.get().label()));
        return;
      }
      if (authority.isEmpty()) {
        fail(out, Status.FAILED_PRECONDITION, "this coordinator has no authority");
        return;
      }
      LOG.info("{} asks for a token for '{}'", AccessRules.caller(), request.getName());
      Members.Issued issued =
          members.issueToken(
              new Caller(request.getName(), role.get()),
              Duration.ofHours(request.getValidHours()),
              already(request),
              authority.get());
      out.onNext(
          TokenReply.newBuilder()
              .setToken(issued.token().text())
              .setExpiresAt(issued.expires().toString())
              .build());
      out.onCompleted();
    } catch (RefusedException e) {
      fail(out, Status.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
    }
  }

  private static EnrolledAlready already(TokenRequest request) {
    return switch (request.getEnrolledAlready()) {
      case SAME_IDENTITY -> EnrolledAlready.SAME_IDENTITY;
      case RENEW_IDENTITY -> EnrolledAlready.RENEW_IDENTITY;
      case REFUSE, UNRECOGNIZED -> EnrolledAlready.REFUSE;
    };
  }

  @Override
  public void revoke(RevokeRequest request, StreamObserver<RevokeReply> out) {
    try {
      if (!request.getName().matches(NAME)) {
        fail(out, Status.INVALID_ARGUMENT, "a name has 1 to 63 of a-z, 0-9 and '-'");
        return;
      }
      LOG.warn("{} revokes '{}'", AccessRules.caller(), request.getName());
      out.onNext(
          RevokeReply.newBuilder()
              .setCertificates(members.revoke(request.getName(), request.getReason()))
              .build());
      out.onCompleted();
    } catch (RefusedException e) {
      fail(out, Status.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
    }
  }

  private static void fail(StreamObserver<?> out, Status status, String why) {
    out.onError(status.withDescription(why).asRuntimeException());
  }
}
