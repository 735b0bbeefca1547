package dev.caisson.protocol.grpc;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.Role;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Which role may call which service. The table is the whole policy: a service that it does not
/// name is closed to everybody. The caller is read from the certificate of the connection on every
/// call.
public final class AccessRules implements ServerInterceptor {
  private static final Context.Key<Caller> CALLER = Context.key("caller");

  private static final Map<String, Set<Role>> ALLOWED =
      Map.of(
          "caisson.v1.Sites", Set.of(Role.SITE),
          "caisson.v1.Studies", Set.of(Role.RESEARCHER),
          "caisson.v1.Candidates", Set.of(Role.AIRLOCK),
          "caisson.v1.Reviews", Set.of(Role.REVIEWER),
          "caisson.v1.Releases", Set.of(Role.REVIEWER, Role.RESEARCHER));

  /// The authenticated caller of the current call.
  public static Caller caller() {
    Caller caller = CALLER.get();
    if (caller == null) {
      throw new IllegalStateException("every call passes AccessRules first");
    }
    return caller;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Optional<Caller> caller = peer(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    String service = String.valueOf(call.getMethodDescriptor().getServiceName());
    if (caller.isEmpty()) {
      call.close(
          Status.UNAUTHENTICATED.withDescription(
              "the connection's certificate carries no known name and role"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    if (!ALLOWED.getOrDefault(service, Set.of()).contains(caller.get().role())) {
      call.close(
          Status.PERMISSION_DENIED.withDescription(
              "%s may not call %s".formatted(caller.get(), service)),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return Contexts.interceptCall(
        Context.current().withValue(CALLER, caller.get()), call, headers, next);
  }

  private static Optional<Caller> peer(@Nullable SSLSession session) {
    if (session == null) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate certificate
          ? Caller.of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }
}
