package dev.caisson.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.grpc.HeldCalls.Call;
import dev.caisson.protocol.tls.Certificates;
import dev.caisson.protocol.tls.Role;
import dev.caisson.trust.Digest;
import io.grpc.Attributes;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Callers without a certificate from two addresses of this host.
@Timeout(120)
final class StrangersTest {
  @TempDir private Path folder;
  private HeldCalls held;

  @BeforeEach
  void serve() throws Exception {
    held =
        new HeldCalls(
            folder,
            new Door(true, Revocations.NONE, Duration.ofSeconds(10), InstantSource.system()));
  }

  @AfterEach
  void end() {
    held.close();
  }

  @Test
  void oneAddressThatHoldsAllItMayKeepsNobodyElseOut() throws Exception {
    List<Call> greedy = new ArrayList<>();
    for (int i = 0; i < Strangers.MOST_OF_ONE; i++) {
      greedy.add(new Call(from("127.0.0.1"), HeldCalls.ENROL).held());
    }
    Status refused = new Call(from("127.0.0.1"), HeldCalls.ENROL).ended();
    assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getDescription()).contains("too many enrolments at once");

    new Call(from("127.0.0.2"), HeldCalls.ENROL).held();
    new Call(held.dial("ann"), HeldCalls.LIST).held(); // a member is no stranger

    greedy.getFirst().finish();
    new Call(from("127.0.0.1"), HeldCalls.ENROL).held();
  }

  @Test
  void allTogetherAreBoundedWhereverTheyComeFrom() {
    Strangers strangers = new Strangers();
    for (int i = 0; i < Strangers.MOST; i++) {
      assertThat(strangers.enter(Origin.of("2001:db8:0:" + Integer.toHexString(i) + "::1")))
          .isTrue();
    }
    assertThat(strangers.enter(Origin.of("192.0.2.1"))).isFalse();
    strangers.leave(Origin.of("2001:db8::1"));
    assertThat(strangers.enter(Origin.of("192.0.2.1"))).isTrue();
  }

  @Test
  void aNetworkOfIpv6IsOneOriginAndSoIsAnIpv4AddressHoweverItIsWritten() {
    assertThat(Origin.of("2001:db8::1")).isEqualTo(Origin.of("2001:db8::ffff:1"));
    assertThat(Origin.of("2001:db8::1")).isNotEqualTo(Origin.of("2001:db8:0:1::1"));
    assertThat(Origin.of("::ffff:192.0.2.1")).isEqualTo(Origin.of("192.0.2.1"));
    assertThat(Origin.of("192.0.2.1")).isNotEqualTo(Origin.of("192.0.2.2"));
    assertThat(Origin.of("unknown")).isEqualTo(Origin.of("unknown"));
  }

  /// A connection of its own from this address of the loopback network.
  private ManagedChannel from(String address) throws Exception {
    Digest authority = Digest.of(Certificates.bytes(held.authority().certificate()));
    SslContextBuilder tls =
        SslContextBuilder.forClient()
            .trustManager(new PinnedAuthority(authority))
            .protocols("TLSv1.3");
    return held.keep(
        NettyChannelBuilder.forAddress("127.0.0.1", held.port())
            .overrideAuthority(Role.AIRLOCK.label())
            .localSocketPicker(
                new NettyChannelBuilder.LocalSocketPicker() {
                  @Override
                  public InetSocketAddress createSocketAddress(
                      SocketAddress remote, Attributes attributes) {
                    return new InetSocketAddress(address, 0);
                  }
                })
            .sslContext(GrpcSslContexts.configure(tls, SslProvider.JDK).build())
            .build());
  }
}
