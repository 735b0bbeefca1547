package dev.caisson.protocol.enrol;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.CertificateRequest;
import dev.caisson.protocol.tls.Certificates;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.EnrolReply;
import dev.caisson.protocol.wire.EnrolRequest;
import dev.caisson.protocol.wire.EnrolmentGrpc;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// The asking half of an enrolment: makes the keys in a home, turns a token into a certificate, and
/// writes the set.
///
/// It may die anywhere. The order is: the identity, the request, the coordinator's answer, the rest
/// of the home, and TLS key and certificate last. Until these are there the home counts as not
/// enrolled, and the next try with the same token finds what was written, asks for the same
/// certificate, and gets it. Once they are, the home is whole.
public final class Enroller {
  private static final long SECONDS = 30;

  private Enroller() {}

  /// Writes what else a member's home needs, before it counts as enrolled. May be asked again after
  /// it broke half-way.
  @FunctionalInterface
  public interface RestOfHome {
    void write(Enrolled enrolled) throws IOException;
  }

  /// A home that has become a member.
  ///
  /// @param coordinator by what it knows the coordinator's signature
  public record Enrolled(KeyFiles keys, Identity coordinator) {}

  /// Enrols the home whose keys are to be in this folder. Nothing is sent to a server that the
  /// token's authority has not certified as the coordinator.
  ///
  /// @param roles those that the home is meant for; another one in the certificate is refused
  public static Enrolled enrol(
      Path keys, String host, int port, Token token, Set<Role> roles, RestOfHome rest)
      throws IOException {
    KeyFiles.refuseIfThere(keys);
    KeyFiles.removeLeftovers(keys);
    IdentityKey identity = KeyFiles.identity(keys);
    CertificateRequest request = CertificateRequest.keptIn(KeyFiles.pending(keys));
    EnrolReply reply = ask(host, port, token, identity, request);
    Enrolled enrolled = read(reply, token, identity, request, roles);
    rest.write(enrolled);
    enrolled.keys().store(keys);
    Files.deleteIfExists(KeyFiles.pending(keys));
    return enrolled;
  }

  private static EnrolReply ask(
      String host, int port, Token token, IdentityKey identity, CertificateRequest request)
      throws IOException {
    byte[] known = identity.identity().encoded();
    ManagedChannel channel = Wire.dialPinned(host, port, Role.COORDINATOR, token.authority());
    try {
      return EnrolmentGrpc.newBlockingStub(channel)
          .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
          .enrol(
              EnrolRequest.newBuilder()
                  .setToken(ByteString.copyFrom(token.shown()))
                  .setCertificateRequest(ByteString.copyFrom(request.encoded()))
                  .setIdentity(ByteString.copyFrom(known))
                  .setProof(
                      ByteString.copyFrom(
                          identity.sign(Token.statement(token.shown(), request.encoded(), known))))
                  .build());
    } catch (StatusRuntimeException e) {
      throw new IOException(
          "not enrolled: the coordinator at %s:%d is %s".formatted(host, port, Statuses.inWords(e)),
          e);
    } finally {
      channel.shutdownNow();
    }
  }

  private static Enrolled read(
      EnrolReply reply,
      Token token,
      IdentityKey identity,
      CertificateRequest request,
      Set<Role> roles)
      throws IOException {
    X509Certificate authority = Certificates.read(reply.getAuthority().toByteArray());
    try {
      if (!Digest.of(Certificates.bytes(authority)).equals(token.authority())) {
        throw new IOException("the coordinator sent another authority's certificate");
      }
      KeyFiles keys =
          request.keys(
              Certificates.read(reply.getCertificate().toByteArray()), authority, identity);
      if (!roles.contains(keys.self().role())) {
        throw new IOException(
            "the token is a %s's, this command enrols a %s"
                .formatted(
                    keys.self().role().label(),
                    roles.stream().map(Role::label).sorted().collect(Collectors.joining(", "))));
      }
      return new Enrolled(keys, Identity.decode(reply.getCoordinatorIdentity().toByteArray()));
    } catch (MalformedException e) {
      throw new IOException("the coordinator sent a broken answer: " + e.getMessage(), e);
    }
  }
}
