package dev.caisson.protocol.enrol;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.Certificates;
import dev.caisson.protocol.tls.Credentials;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.EnrolmentGrpc;
import dev.caisson.protocol.wire.RenewRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;

/// Asks the coordinator for a certificate, over a connection of its own that shows the present one.
public record RemoteIssuer(String host, int port, Credentials keys, Wire.Dialling dialling)
    implements Issuer {
  private static final long SECONDS = 30;

  /// Through the proxy that the environment names, if it does.
  public RemoteIssuer(String host, int port, Credentials keys) throws IOException {
    this(host, port, keys, Wire.Dialling.ofEnvironment(host));
  }

  @Override
  public X509Certificate renew(byte[] request) throws IOException {
    ManagedChannel channel = Wire.dial(host, port, Role.COORDINATOR, keys, dialling);
    try {
      return Certificates.read(
          EnrolmentGrpc.newBlockingStub(channel)
              .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
              .renew(
                  RenewRequest.newBuilder()
                      .setCertificateRequest(ByteString.copyFrom(request))
                      .build())
              .getCertificate()
              .toByteArray());
    } catch (StatusRuntimeException e) {
      throw new IOException("the coordinator is " + Statuses.inWords(e), e);
    } finally {
      channel.shutdownNow();
    }
  }
}
