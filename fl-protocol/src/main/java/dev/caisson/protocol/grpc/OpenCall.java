package dev.caisson.protocol.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/// A call that can be ended from outside while its service goes on using it. Calls of gRPC are not
/// thread-safe, so everything that is sent passes one lock; what comes after the end is dropped,
/// and the service hears that its caller is gone.
final class OpenCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private boolean closed;
  private volatile boolean endedByUs;

  OpenCall(ServerCall<Q, R> call) {
    super(call);
  }

  /// Ends the call unless it is over already.
  synchronized void end(Status status) {
    if (!closed) {
      closed = true;
      endedByUs = true;
      super.close(status, new Metadata());
    }
  }

  @Override
  public synchronized void request(int messages) {
    super.request(messages);
  }

  @Override
  public synchronized void sendHeaders(Metadata headers) {
    if (!closed) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public synchronized void sendMessage(R message) {
    if (!endedByUs) {
      super.sendMessage(message);
    }
  }

  @Override
  public synchronized void close(Status status, @Nullable Metadata trailers) {
    if (!endedByUs) {
      closed = true;
      super.close(status, trailers == null ? new Metadata() : trailers);
    }
  }

  @Override
  public boolean isCancelled() {
    return endedByUs || super.isCancelled();
  }

  /// What the service's listener hears: nothing more once the call was ended, and then that it is
  /// cancelled.
  ServerCall.Listener<Q> heardBy(ServerCall.Listener<Q> service, Runnable over) {
    return new SimpleForwardingServerCallListener<>(service) {
      @Override
      public void onMessage(Q message) {
        if (!endedByUs) {
          super.onMessage(message);
        }
      }

      @Override
      public void onHalfClose() {
        if (!endedByUs) {
          super.onHalfClose();
        }
      }

      @Override
      public void onReady() {
        if (!endedByUs) {
          super.onReady();
        }
      }

      @Override
      public void onComplete() {
        over.run();
        if (endedByUs) {
          super.onCancel();
        } else {
          super.onComplete();
        }
      }

      @Override
      public void onCancel() {
        over.run();
        super.onCancel();
      }
    };
  }
}
