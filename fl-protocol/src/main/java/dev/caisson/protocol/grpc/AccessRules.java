package dev.caisson.protocol.grpc;

import dev.caisson.protocol.tls.Caller;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Who may call what. [Permissions] is the whole policy; this reads the caller from the certificate
/// of the connection on every call, asks whether that certificate has been revoked or has ended,
/// and asks again while a call lasts ([#recheck]), because a connection outlives the moment it was
/// allowed.
///
/// A caller without a certificate may call `Enrolment.Enrol` alone, where the [Door] lets strangers
/// in: few at a time ([Strangers]), each for a short time.
public final class AccessRules implements ServerInterceptor {
  private static final Context.Key<Caller> CALLER = Context.key("caller");
  private static final Context.Key<BigInteger> SERIAL = Context.key("serial");
  private static final Context.Key<String> ADDRESS = Context.key("address");

  /// Over all connections of one name: twice what one connection may have open.
  private static final int MOST_CALLS = 128;

  private static final Duration STRANGERS_TIME = Duration.ofSeconds(20);

  private final Door door;
  private final Map<OpenCall<?, ?>, Entry> open = new ConcurrentHashMap<>();
  private final Strangers strangers = new Strangers();
  private final Map<String, Integer> calls = new ConcurrentHashMap<>();

  AccessRules(Door door) {
    this.door = door;
  }

  /// @param caller null for a stranger
  private record Entry(@Nullable Peer caller, long sinceNanos) {}

  private record Peer(X509Certificate certificate, Caller caller) {}

  /// The authenticated caller of the current call.
  public static Caller caller() {
    Caller caller = CALLER.get();
    if (caller == null) {
      throw new IllegalStateException("every call passes AccessRules first");
    }
    return caller;
  }

  /// The serial number of the certificate that the current call's caller shows.
  public static BigInteger serial() {
    BigInteger serial = SERIAL.get();
    if (serial == null) {
      throw new IllegalStateException("every call passes AccessRules first");
    }
    return serial;
  }

  /// The address that the current call came from, as far as the connection tells; not to be trusted
  /// for more than counting.
  public static String address() {
    return Optional.ofNullable(ADDRESS.get()).orElse("unknown");
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Optional<X509Certificate> certificate =
        certificate(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    if (certificate.isEmpty()) {
      return stranger(call, headers, next);
    }
    Optional<Peer> peer = certificate.flatMap(c -> Caller.of(c).map(who -> new Peer(c, who)));
    if (peer.isEmpty()) {
      return refuse(
          call,
          Status.UNAUTHENTICATED.withDescription(
              "the connection's certificate carries no known name and role"));
    }
    Caller caller = peer.get().caller();
    String service = String.valueOf(call.getMethodDescriptor().getServiceName());
    String method = String.valueOf(call.getMethodDescriptor().getBareMethodName());
    if (!Permissions.allow(caller.role(), service, method)) {
      return refuse(
          call,
          Status.PERMISSION_DENIED.withDescription(
              "%s may not call %s".formatted(caller, service)));
    }
    if (isRevoked(peer.get())) {
      return refuse(call, revoked(caller));
    }
    if (hasEnded(peer.get())) {
      return refuse(call, Status.UNAUTHENTICATED.withDescription(ended(peer.get())));
    }
    if (calls.merge(caller.name(), 1, Integer::sum) > MOST_CALLS) {
      over(caller);
      return refuse(
          call,
          Status.RESOURCE_EXHAUSTED.withDescription(
              "%s has %d calls open; end some, then try again".formatted(caller, MOST_CALLS)));
    }
    return proceed(
        Context.current()
            .withValue(CALLER, caller)
            .withValue(SERIAL, peer.get().certificate().getSerialNumber()),
        call,
        headers,
        next,
        peer.get(),
        () -> over(caller));
  }

  private void over(Caller caller) {
    calls.computeIfPresent(caller.name(), (_, open) -> open == 1 ? null : open - 1);
  }

  private <Q, R> ServerCall.Listener<Q> stranger(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (!door.strangers() || !Permissions.forStrangers(call.getMethodDescriptor())) {
      return refuse(
          call,
          Status.UNAUTHENTICATED.withDescription(
              "this call needs a certificate of the federation"));
    }
    Origin origin = Origin.of(address(call));
    if (!strangers.enter(origin)) {
      return refuse(
          call,
          Status.RESOURCE_EXHAUSTED.withDescription(
              "too many enrolments at once; try again in half a minute"));
    }
    return proceed(Context.current(), call, headers, next, null, () -> strangers.leave(origin));
  }

  private <Q, R> ServerCall.Listener<Q> proceed(
      Context context,
      ServerCall<Q, R> call,
      Metadata headers,
      ServerCallHandler<Q, R> next,
      @Nullable Peer peer,
      Runnable after) {
    OpenCall<Q, R> guarded = new OpenCall<>(call);
    open.put(guarded, new Entry(peer, System.nanoTime()));
    ServerCall.Listener<Q> service =
        Contexts.interceptCall(context.withValue(ADDRESS, address(call)), guarded, headers, next);
    return guarded.heardBy(
        service,
        () -> {
          if (open.remove(guarded) != null) {
            after.run();
          }
        });
  }

  private static <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, Status status) {
    call.close(status, new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static Status revoked(Caller caller) {
    return Status.PERMISSION_DENIED.withDescription(
        "the certificate of %s has been revoked; whoever runs the coordinator can say why"
            .formatted(caller));
  }

  private boolean isRevoked(Peer peer) {
    return door.revocations().isRevoked(peer.certificate().getSerialNumber(), peer.caller());
  }

  private boolean hasEnded(Peer peer) {
    return door.clock().instant().isAfter(peer.certificate().getNotAfter().toInstant());
  }

  private static String ended(Peer peer) {
    return "the certificate of %s, with which this connection began, ended at %s; connect again with a renewed one"
        .formatted(peer.caller(), peer.certificate().getNotAfter().toInstant());
  }

  /// Ends the open calls of those who have been revoked meanwhile, or whose certificate has ended,
  /// and of strangers who linger.
  void recheck() {
    open.forEach(
        (call, entry) -> {
          Peer peer = entry.caller();
          if (peer == null) {
            if (System.nanoTime() - entry.sinceNanos() > STRANGERS_TIME.toNanos()) {
              call.end(Status.DEADLINE_EXCEEDED.withDescription("an enrolment takes seconds"));
            }
          } else if (isRevoked(peer)) {
            call.end(revoked(peer.caller()));
          } else if (hasEnded(peer)) {
            // the work may go on in another call, on a connection with the renewed certificate
            call.end(Status.ABORTED.withDescription(ended(peer)));
          }
        });
  }

  /// How often [#recheck] is due.
  Duration period() {
    return door.recheck();
  }

  private static String address(ServerCall<?, ?> call) {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress a
            && a.getAddress() != null
        ? a.getAddress().getHostAddress()
        : "unknown";
  }

  private static Optional<X509Certificate> certificate(@Nullable SSLSession session) {
    if (session == null) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate certificate
          ? Optional.of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }
}
