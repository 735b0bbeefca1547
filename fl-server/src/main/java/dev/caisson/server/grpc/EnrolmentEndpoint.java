package dev.caisson.server.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.grpc.AccessRules;
import dev.caisson.protocol.grpc.RevocationList;
import dev.caisson.protocol.tls.Certificates;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.EnrolReply;
import dev.caisson.protocol.wire.EnrolRequest;
import dev.caisson.protocol.wire.EnrolledMember;
import dev.caisson.protocol.wire.EnrolmentGrpc;
import dev.caisson.protocol.wire.RenewReply;
import dev.caisson.protocol.wire.RenewRequest;
import dev.caisson.protocol.wire.RevokedReply;
import dev.caisson.protocol.wire.RevokedRequest;
import dev.caisson.protocol.wire.RosterReply;
import dev.caisson.protocol.wire.RosterRequest;
import dev.caisson.server.member.Enrolments;
import dev.caisson.server.member.KnownRevocations;
import dev.caisson.server.member.Members;
import dev.caisson.server.member.RefusedException;
import dev.caisson.server.member.WrongTokenException;
import dev.caisson.server.member.WrongTokens;
import dev.caisson.trust.Identity;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How members get certificates. `Enrol` is the one call that strangers reach: what they send is
/// bounded before it is read (`BoundedRequests`), few are looked at at once, and an address that
/// shows wrong tokens waits.
public final class EnrolmentEndpoint extends EnrolmentGrpc.EnrolmentImplBase {
  /// Bytes of the longest request: an identity, its signature (6 KB together) and a PKCS#10.
  public static final int MAX_REQUEST = 12_000;

  private static final Logger LOG = LoggerFactory.getLogger(EnrolmentEndpoint.class);
  private static final int AT_ONCE = 4;
  private static final long TURN_SECONDS = 10;

  private final Optional<Enrolments> enrolments;
  private final Members members;
  private final KnownRevocations revocations;
  private final WrongTokens wrong;
  private final Identity coordinator;
  private final Semaphore turns = new Semaphore(AT_ONCE, true);

  /// @param enrolments empty at a coordinator without an authority
  public EnrolmentEndpoint(
      Optional<Enrolments> enrolments,
      Members members,
      KnownRevocations revocations,
      WrongTokens wrong,
      Identity coordinator) {
    this.enrolments = enrolments;
    this.members = members;
    this.revocations = revocations;
    this.wrong = wrong;
    this.coordinator = coordinator;
  }

  @Override
  public void enrol(EnrolRequest request, StreamObserver<EnrolReply> out) {
    String address = AccessRules.address();
    if (wrong.mustWait(address)) {
      fail(
          out,
          Status.RESOURCE_EXHAUSTED,
          "too many wrong tokens from this address; try again in a minute");
      return;
    }
    if (!hasTurn()) {
      fail(out, Status.RESOURCE_EXHAUSTED, "too many enrolments at once; try again in a moment");
      return;
    }
    try {
      Enrolments issuing = issuing();
      EnrolReply reply =
          EnrolReply.newBuilder()
              .setCertificate(
                  ByteString.copyFrom(
                      Certificates.bytes(
                          issuing.enrol(
                              request.getToken().toByteArray(),
                              request.getCertificateRequest().toByteArray(),
                              request.getIdentity().toByteArray(),
                              request.getProof().toByteArray()))))
              .setAuthority(ByteString.copyFrom(Certificates.bytes(issuing.authority())))
              .setCoordinatorIdentity(ByteString.copyFrom(coordinator.encoded()))
              .build();
      out.onNext(reply);
      out.onCompleted();
    } catch (WrongTokenException e) {
      wrong.shown(address);
      LOG.warn("a wrong token was shown from {}", address);
      fail(out, Status.PERMISSION_DENIED, String.valueOf(e.getMessage()));
    } catch (RefusedException e) {
      LOG.warn("an enrolment from {} is refused: {}", address, e.getMessage());
      fail(out, Status.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
    } finally {
      turns.release();
    }
  }

  /// Waits behind those who came before, of whom `AccessRules` lets few in from one address.
  private boolean hasTurn() {
    try {
      return turns.tryAcquire(TURN_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void renew(RenewRequest request, StreamObserver<RenewReply> out) {
    try {
      out.onNext(
          RenewReply.newBuilder()
              .setCertificate(
                  ByteString.copyFrom(
                      Certificates.bytes(
                          issuing()
                              .renew(
                                  AccessRules.caller(),
                                  AccessRules.serial(),
                                  request.getCertificateRequest().toByteArray()))))
              .build());
      out.onCompleted();
    } catch (RefusedException e) {
      fail(out, Status.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
    }
  }

  private Enrolments issuing() throws RefusedException {
    if (enrolments.isEmpty()) {
      throw new RefusedException(
          "this coordinator has no authority (authority.pem): its certificates come from elsewhere");
    }
    return enrolments.get();
  }

  @Override
  public void roster(RosterRequest request, StreamObserver<RosterReply> out) {
    RosterReply.Builder reply =
        RosterReply.newBuilder().setCoordinatorIdentity(ByteString.copyFrom(coordinator.encoded()));
    List<Role> roles =
        AccessRules.caller().role() == Role.AIRLOCK
            ? List.of(Role.SITE, Role.RESEARCHER, Role.REVIEWER)
            : List.of(Role.SITE, Role.RESEARCHER);
    for (Role role : roles) {
      members
          .identities(role)
          .forEach(
              (name, identity) ->
                  reply.addMembers(
                      EnrolledMember.newBuilder()
                          .setName(name)
                          .setRole(role.label())
                          .setIdentity(ByteString.copyFrom(identity.encoded()))));
    }
    out.onNext(reply.build());
    out.onCompleted();
  }

  @Override
  public void revoked(RevokedRequest request, StreamObserver<RevokedReply> out) {
    RevocationList list = revocations.current();
    RevokedReply.Builder reply = RevokedReply.newBuilder().addAllNames(list.names());
    list.serials().forEach(serial -> reply.addSerials(bytes(serial)));
    list.good().forEach(serial -> reply.addGood(bytes(serial)));
    out.onNext(reply.build());
    out.onCompleted();
  }

  private static ByteString bytes(BigInteger serial) {
    return ByteString.copyFrom(serial.toByteArray());
  }

  private static void fail(StreamObserver<?> out, Status status, String why) {
    out.onError(status.withDescription(why).asRuntimeException());
  }
}
