package dev.caisson.protocol.grpc;

import dev.caisson.protocol.tls.Credentials;
import dev.caisson.protocol.tls.Role;
import dev.caisson.trust.Digest;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/// Opens servers and channels the one way that Caisson does: mutual TLS 1.3 by the JDK's own
/// provider, the federation's authority as the only trusted issuer, bounded message sizes, and
/// pings that keep a proxy's tunnel open and find a peer that is no more. Keys are asked for at
/// each handshake.
public final class Wire {
  /// No single message is larger; content travels in pieces of [#PIECE].
  public static final int MAX_MESSAGE = 4 << 20;

  /// Bytes of content in one piece of a stream.
  public static final int PIECE = 1 << 18;

  /// Calls that one connection may have open; further ones wait at the caller. A site needs one for
  /// its conversation and, for each of at most 16 studies, one at a time.
  private static final int MAX_CALLS = 64;

  private static final int MAX_METADATA = 16 << 10;

  /// How long a session may be resumed: hardly, so that each connection shows the certificate of
  /// the moment.
  private static final long RESUMED_SECONDS = 1;

  /// Connections without any call are given up: strangers may open some.
  private static final long IDLE_MINUTES = 5;

  /// A handshake is a few kilobytes; who takes longer only holds a connection.
  private static final int HANDSHAKE_SECONDS = 10;

  /// Calls that one connection may break off within so many seconds: each costs us more than
  /// whoever breaks it off.
  private static final int MOST_RESETS = 200;

  private static final int RESETS_SECONDS = 30;

  /// How long a ping's answer may take. Long, because on a slow line it waits behind what was sent
  /// before it: 120 s are 120 KB at 1 KB/s.
  private static final int PING_PATIENCE = 120;

  private Wire() {}

  /// Starts a server for members on an address; port 0 takes a free one. Every call passes
  /// [AccessRules].
  public static Server serve(
      InetSocketAddress address, Credentials keys, List<BindableService> services)
      throws IOException {
    return serve(address, keys, services, Door.forMembers(Revocations.NONE));
  }

  /// Starts a server behind this door.
  public static Server serve(
      InetSocketAddress address, Credentials keys, List<BindableService> services, Door door)
      throws IOException {
    AccessRules rules = new AccessRules(door);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .sslContext(
                context(
                    GrpcSslContexts.configure(
                        SslContextBuilder.forServer(new LiveKeys(keys))
                            .trustManager(keys.now().authority())
                            .clientAuth(door.strangers() ? ClientAuth.OPTIONAL : ClientAuth.REQUIRE)
                            .sessionTimeout(RESUMED_SECONDS)
                            .protocols("TLSv1.3"),
                        SslProvider.JDK)))
            .intercept(rules)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .maxInboundMessageSize(MAX_MESSAGE)
            .maxInboundMetadataSize(MAX_METADATA)
            .maxConcurrentCallsPerConnection(MAX_CALLS)
            .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
            .maxRstFramesPerWindow(MOST_RESETS, RESETS_SECONDS)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(PING_PATIENCE, TimeUnit.SECONDS)
            .maxConnectionIdle(IDLE_MINUTES, TimeUnit.MINUTES)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
    services.forEach(builder::addService);
    try {
      Server server = builder.build().start();
      Thread.ofVirtual().name("recheck").start(() -> recheck(server, rules));
      return server;
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on %s port %d: %s; choose another with --port, or 0 for any free one"
              .formatted(address.getHostString(), address.getPort(), whyNotBound(e)),
          e);
    }
  }

  /// Until the server is gone.
  private static void recheck(Server server, AccessRules rules) {
    try {
      while (!server.awaitTermination(rules.period().toMillis(), TimeUnit.MILLISECONDS)) {
        rules.recheck();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody interrupts it; if somebody does, it ends
    }
  }

  /// The system's own words ("Address already in use"); a native transport puts its call's name
  /// before them.
  private static String whyNotBound(IOException e) {
    String words = String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage());
    return words.substring(words.lastIndexOf(": ") + 1).strip();
  }

  /// How a channel is made.
  ///
  /// @param ping how often it pings a server that says nothing, 10 s to 5 minutes
  public record Dialling(Proxy proxy, Duration ping) {
    public static final Duration PING = Duration.ofSeconds(30);

    public Dialling {
      if (ping.compareTo(Duration.ofSeconds(10)) < 0 || ping.compareTo(Duration.ofMinutes(5)) > 0) {
        throw new IllegalArgumentException("pings go out every 10 to 300 s, got " + ping);
      }
    }

    /// Through the proxy that the environment names, if it does; it says so where that makes no
    /// sense.
    public static Dialling ofEnvironment(String host) throws IOException {
      try {
        return new Dialling(Proxy.ofEnvironment(System.getenv(), host), PING);
      } catch (IllegalArgumentException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }

  /// A channel to a server of this role; its certificate must carry that role, wherever it runs.
  /// After its keys were renewed, new calls go over a new connection. Goes through the proxy that
  /// the environment names, if it does.
  public static ManagedChannel dial(String host, int port, Role server, Credentials keys)
      throws IOException {
    return dial(host, port, server, keys, Dialling.ofEnvironment(host));
  }

  /// The same, made as one wants it.
  public static ManagedChannel dial(
      String host, int port, Role server, Credentials keys, Dialling dialling) throws IOException {
    RenewedKeys renewed = new RenewedKeys(keys);
    return renewed.watch(
        dial(
                host,
                port,
                server,
                SslContextBuilder.forClient()
                    .keyManager(new LiveKeys(keys))
                    .trustManager(AuthorityTrust.of(keys.now().authority())),
                dialling)
            .intercept(renewed)
            .build());
  }

  /// A channel without a certificate of ours, to a server that the authority with this digest has
  /// certified: for a first contact. Nothing is sent to any other.
  public static ManagedChannel dialPinned(String host, int port, Role server, Digest authority)
      throws IOException {
    return dial(
            host,
            port,
            server,
            SslContextBuilder.forClient().trustManager(new PinnedAuthority(authority)),
            Dialling.ofEnvironment(host))
        .build();
  }

  private static NettyChannelBuilder dial(
      String host, int port, Role server, SslContextBuilder tls, Dialling dialling)
      throws IOException {
    return NettyChannelBuilder.forAddress(host, port)
        .overrideAuthority(server.label())
        .proxyDetector(dialling.proxy().detector())
        .sslContext(
            context(
                GrpcSslContexts.configure(
                    tls.sessionTimeout(RESUMED_SECONDS).protocols("TLSv1.3"), SslProvider.JDK)))
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .maxInboundMessageSize(MAX_MESSAGE)
        .maxInboundMetadataSize(MAX_METADATA)
        .keepAliveTime(dialling.ping().toSeconds(), TimeUnit.SECONDS)
        .keepAliveTimeout(PING_PATIENCE, TimeUnit.SECONDS)
        .keepAliveWithoutCalls(true);
  }

  /// Lets running calls end for two seconds, then cuts them off.
  public static void end(Server server) {
    server.shutdown();
    try {
      if (!server.awaitTermination(2, TimeUnit.SECONDS)) {
        server.shutdownNow();
        server.awaitTermination(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static SslContext context(SslContextBuilder builder) throws SSLException {
    return builder.build();
  }
}
