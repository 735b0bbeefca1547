package dev.caisson.protocol.grpc;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A service whose requests are measured before anything reads them: for calls that strangers may
/// make, whose messages are far smaller than [Wire#MAX_MESSAGE].
public final class BoundedRequests implements BindableService {
  private final BindableService service;
  private final int most;

  /// @param most bytes of one request
  public BoundedRequests(BindableService service, int most) {
    this.service = service;
    this.most = most;
  }

  @Override
  public ServerServiceDefinition bindService() {
    ServerServiceDefinition whole = service.bindService();
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(whole.getServiceDescriptor().getName())
            .setSchemaDescriptor(whole.getServiceDescriptor().getSchemaDescriptor());
    var methods = whole.getMethods().stream().map(this::bounded).toList();
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder out = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(out::addMethod);
    return out.build();
  }

  private <Q, R> ServerMethodDefinition<Q, R> bounded(ServerMethodDefinition<Q, R> method) {
    MethodDescriptor<Q, R> descriptor = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        descriptor.toBuilder(
                new Bounded<>(descriptor.getRequestMarshaller()),
                descriptor.getResponseMarshaller())
            .build(),
        method.getServerCallHandler());
  }

  private final class Bounded<T> implements Marshaller<T> {
    private final Marshaller<T> reader;

    Bounded(Marshaller<T> reader) {
      this.reader = reader;
    }

    @Override
    public InputStream stream(T value) {
      return reader.stream(value);
    }

    @Override
    public T parse(InputStream stream) {
      byte[] request;
      try {
        request = stream.readNBytes(most + 1);
      } catch (IOException e) {
        throw Status.INTERNAL
            .withDescription("the request cannot be read")
            .withCause(e)
            .asRuntimeException();
      }
      if (request.length > most) {
        throw Status.INVALID_ARGUMENT
            .withDescription("a request here has at most %d bytes".formatted(most))
            .asRuntimeException();
      }
      return reader.parse(new ByteArrayInputStream(request));
    }
  }
}
