package dev.caisson.cli.bench.grpc;

import dev.caisson.protocol.grpc.Transfer;
import dev.caisson.protocol.wire.BlobChunk;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.UploadChunk;
import dev.caisson.protocol.wire.UploadReceipt;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;

/// Sends so many bytes to each of its callers at once and takes as many from each; a repeat is
/// timed from the moment that all have asked to the last byte taken. Zeros: TLS does not compress.
public final class BareServer extends SitesGrpc.SitesImplBase {
  private final int callers;
  private final long bytes;
  private final CyclicBarrier together;
  private final CountDownLatch left;
  private final List<Double> seconds = new ArrayList<>();
  private long start;
  private int taken;

  public BareServer(int callers, long bytes, int repeats) {
    this.callers = callers;
    this.bytes = bytes;
    this.together = new CyclicBarrier(callers, this::begin);
    this.left = new CountDownLatch(repeats);
  }

  /// Waits for all repeats.
  public List<Double> seconds() throws InterruptedException {
    left.await();
    synchronized (this) {
      return List.copyOf(seconds);
    }
  }

  private synchronized void begin() {
    taken = 0;
    start = System.nanoTime();
  }

  private synchronized void took() {
    if (++taken == callers) {
      seconds.add((System.nanoTime() - start) / 1e9);
      left.countDown();
    }
  }

  @Override
  public void fetch(FetchRequest request, StreamObserver<BlobChunk> out) {
    try {
      together.await();
      Transfer.send(new Zeros(bytes), bytes, out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      out.onError(Status.UNAVAILABLE.asRuntimeException());
    } catch (BrokenBarrierException e) {
      out.onError(Status.ABORTED.withDescription("another caller is lost").asRuntimeException());
    }
  }

  @Override
  public StreamObserver<UploadChunk> upload(StreamObserver<UploadReceipt> out) {
    return new StreamObserver<>() {
      private long came;

      @Override
      public void onNext(UploadChunk chunk) {
        came += chunk.getData().size();
      }

      @Override
      public void onError(Throwable t) {
        together.reset(); // nobody waits for one that is lost
      }

      @Override
      public void onCompleted() {
        if (came != bytes) {
          out.onError(Status.DATA_LOSS.asRuntimeException());
          return;
        }
        took();
        out.onNext(UploadReceipt.getDefaultInstance());
        out.onCompleted();
      }
    };
  }

  /// So many bytes of nothing.
  private static final class Zeros extends InputStream {
    private long left;

    Zeros(long left) {
      this.left = left;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) {
      if (left <= 0) {
        return -1;
      }
      int size = (int) Math.min(left, length);
      Arrays.fill(into, from, from + size, (byte) 0);
      left -= size;
      return size;
    }
  }
}
