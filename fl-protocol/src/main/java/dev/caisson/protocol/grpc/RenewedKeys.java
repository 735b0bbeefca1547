package dev.caisson.protocol.grpc;

import dev.caisson.protocol.tls.Credentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// Has a channel connect anew once its keys were renewed: the next call goes over a connection that
/// shows the new certificate. Calls under way stay where they are; a server ends them when the old
/// certificate ends. Without this a channel that never breaks would be shut out for good then.
final class RenewedKeys implements ClientInterceptor {
  private final Credentials keys;
  private @Nullable ManagedChannel channel;
  private BigInteger shown;

  RenewedKeys(Credentials keys) {
    this.keys = keys;
    this.shown = serial();
  }

  /// The channel whose calls pass here.
  synchronized ManagedChannel watch(ManagedChannel built) {
    channel = built;
    return built;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    connectAnewIfRenewed();
    return next.newCall(method, options);
  }

  private synchronized void connectAnewIfRenewed() {
    BigInteger now = serial();
    if (channel != null && !now.equals(shown)) {
      shown = now;
      channel.enterIdle();
    }
  }

  private BigInteger serial() {
    return keys.now().certificate().getSerialNumber();
  }
}
