package dev.caisson.cli.bench.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.BlobChunk;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.UploadChunk;
import dev.caisson.protocol.wire.UploadReceipt;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;

/// One caller of [BareServer]: takes the bytes and drops them, then sends as many, in pieces of
/// [Wire#PIECE].
public final class BareClient implements ClientResponseObserver<UploadChunk, UploadReceipt> {
  private final CompletableFuture<ClientCallStreamObserver<UploadChunk>> requests =
      new CompletableFuture<>();
  private final CompletableFuture<UploadReceipt> receipt = new CompletableFuture<>();
  private final Semaphore room = new Semaphore(0);

  private BareClient() {}

  /// So many repeats, one after the other.
  public static void run(int port, KeyFiles keys, long bytes, int repeats)
      throws IOException, InterruptedException, ExecutionException {
    ManagedChannel channel = Wire.dial("127.0.0.1", port, Role.COORDINATOR, keys);
    try {
      for (int i = 0; i < repeats; i++) {
        fetch(channel, bytes);
        new BareClient().upload(channel, bytes);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private static void fetch(ManagedChannel channel, long bytes) throws IOException {
    Iterator<BlobChunk> chunks =
        SitesGrpc.newBlockingStub(channel).fetch(FetchRequest.getDefaultInstance());
    long came = 0;
    while (chunks.hasNext()) {
      came += chunks.next().getData().size();
    }
    if (came != bytes) {
      throw new IOException("%d bytes came instead of %d".formatted(came, bytes));
    }
  }

  private void upload(ManagedChannel channel, long bytes)
      throws InterruptedException, ExecutionException {
    SitesGrpc.newStub(channel).upload(this);
    ClientCallStreamObserver<UploadChunk> to = requests.join();
    ByteString piece = UnsafeByteOperations.unsafeWrap(new byte[Wire.PIECE]);
    for (long left = bytes; left > 0; left -= Wire.PIECE) {
      while (!to.isReady()) {
        if (receipt.isDone()) {
          receipt.get(); // it was broken off
        }
        room.acquire();
      }
      ByteString next = left >= Wire.PIECE ? piece : piece.substring(0, (int) left);
      to.onNext(UploadChunk.newBuilder().setData(next).build());
    }
    to.onCompleted();
    receipt.get();
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<UploadChunk> stream) {
    stream.setOnReadyHandler(room::release);
    requests.complete(stream);
  }

  @Override
  public void onNext(UploadReceipt value) {
    receipt.complete(value);
  }

  @Override
  public void onError(Throwable t) {
    receipt.completeExceptionally(t);
    room.release();
  }

  @Override
  public void onCompleted() {
    receipt.completeExceptionally(new IOException("no receipt"));
    room.release();
  }
}
