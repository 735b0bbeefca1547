package dev.caisson.protocol.grpc;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.Credentials;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.CandidatesReply;
import dev.caisson.protocol.wire.CandidatesRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A real server on loopback whose calls answer each message with one and stay open until their
/// caller ends them, and callers of it.
final class HeldCalls implements AutoCloseable {
  static final MethodDescriptor<CandidatesRequest, CandidatesReply> LIST =
      method("caisson.v1.Releases/List");
  static final MethodDescriptor<CandidatesRequest, CandidatesReply> ENROL =
      method("caisson.v1.Enrolment/Enrol");

  private FederationAuthority authority =
      new FederationAuthority(
          "test", InstantSource.system(), Duration.ofDays(10), Duration.ofDays(1));
  private final Path folder;
  private final Server server;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private int folders;

  HeldCalls(Path folder, Door door) throws IOException {
    this.folder = folder;
    server =
        Wire.serve(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            keys(authority, "airlock", Role.AIRLOCK),
            List.of(() -> service(LIST), () -> service(ENROL)),
            door);
  }

  FederationAuthority authority() {
    return authority;
  }

  /// Certificates are good for so long from now on.
  void validFor(Duration validity) throws IOException {
    Path file = folder.resolve("authority.pem");
    authority.store(file);
    authority = FederationAuthority.load(file, InstantSource.system(), validity);
  }

  int port() {
    return server.getPort();
  }

  KeyFiles keys(FederationAuthority issuer, String name, Role role) throws IOException {
    return KeyFiles.create(folder.resolve("keys-" + folders++), issuer, new Caller(name, role));
  }

  /// A connection of this researcher.
  ManagedChannel dial(String name) throws IOException {
    return dial(keys(authority, name, Role.RESEARCHER));
  }

  ManagedChannel dial(Credentials keys) throws IOException {
    return keep(Wire.dial("127.0.0.1", port(), Role.AIRLOCK, keys));
  }

  ManagedChannel keep(ManagedChannel channel) {
    channels.add(channel);
    return channel;
  }

  private static ServerServiceDefinition service(
      MethodDescriptor<CandidatesRequest, CandidatesReply> method) {
    return ServerServiceDefinition.builder(String.valueOf(method.getServiceName()))
        .addMethod(method, ServerCalls.asyncBidiStreamingCall(HeldCalls::answer))
        .build();
  }

  private static StreamObserver<CandidatesRequest> answer(StreamObserver<CandidatesReply> out) {
    return new StreamObserver<>() {
      @Override
      public void onNext(CandidatesRequest request) {
        out.onNext(CandidatesReply.getDefaultInstance());
      }

      @Override
      public void onError(Throwable gone) {}

      @Override
      public void onCompleted() {
        out.onCompleted();
      }
    };
  }

  /// A call that is open until it ends. `arrived` when the service has answered, `end` with how it
  /// ended.
  static final class Call extends ClientCall.Listener<CandidatesReply> {
    final CompletableFuture<Boolean> arrived = new CompletableFuture<>();
    final CompletableFuture<Status> end = new CompletableFuture<>();
    private final ClientCall<CandidatesRequest, CandidatesReply> call;

    Call(Channel channel, MethodDescriptor<CandidatesRequest, CandidatesReply> method) {
      call = channel.newCall(method, CallOptions.DEFAULT);
      call.start(this, new Metadata());
      call.request(1);
      call.sendMessage(CandidatesRequest.getDefaultInstance());
    }

    /// Waits until the service has it.
    Call held() throws Exception {
      arrived.get(30, TimeUnit.SECONDS);
      return this;
    }

    /// Waits until the service has it, or it was cut off.
    void settled() throws Exception {
      CompletableFuture.anyOf(end, arrived.exceptionally(_ -> false)).get(30, TimeUnit.SECONDS);
    }

    Status ended() throws Exception {
      return end.get(30, TimeUnit.SECONDS);
    }

    /// Ends it well.
    void finish() throws Exception {
      call.request(1);
      call.halfClose();
      ended();
    }

    /// Breaks it off, which is a RST_STREAM on the wire.
    void reset() {
      call.cancel("no longer wanted", null);
    }

    @Override
    public void onMessage(CandidatesReply reply) {
      arrived.complete(true);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      end.complete(status);
      arrived.completeExceptionally(status.asRuntimeException());
    }
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.shutdownNow();
  }

  private static MethodDescriptor<CandidatesRequest, CandidatesReply> method(String name) {
    return MethodDescriptor.<CandidatesRequest, CandidatesReply>newBuilder()
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setFullMethodName(name)
        .setRequestMarshaller(ProtoUtils.marshaller(CandidatesRequest.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(CandidatesReply.getDefaultInstance()))
        .build();
  }
}
