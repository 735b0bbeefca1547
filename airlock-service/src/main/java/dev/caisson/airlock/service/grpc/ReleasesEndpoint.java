package dev.caisson.airlock.service.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.caisson.airlock.service.AirlockProcess;
import dev.caisson.airlock.service.CaseFile;
import dev.caisson.protocol.grpc.AccessRules;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.CandidateStatus;
import dev.caisson.protocol.wire.CandidatesReply;
import dev.caisson.protocol.wire.CandidatesRequest;
import dev.caisson.protocol.wire.ReleasePart;
import dev.caisson.protocol.wire.ReleaseRequest;
import dev.caisson.protocol.wire.ReleasesGrpc;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What anybody of the federation may fetch once it is released, and a researcher's view of how far
/// their own candidates are: states, never scores or reasons.
public final class ReleasesEndpoint extends ReleasesGrpc.ReleasesImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(ReleasesEndpoint.class);

  private final AirlockProcess airlock;

  public ReleasesEndpoint(AirlockProcess airlock) {
    this.airlock = airlock;
  }

  @Override
  public void list(CandidatesRequest request, StreamObserver<CandidatesReply> out) {
    Caller caller = AccessRules.caller();
    CandidatesReply.Builder reply = CandidatesReply.newBuilder();
    for (CaseFile file : airlock.cases()) {
      if (caller.role() == Role.REVIEWER || file.submitter().equals(caller.name())) {
        reply.addCandidates(
            CandidateStatus.newBuilder()
                .setCandidate(file.candidate())
                .setSubmitter(file.submitter())
                .setState(file.state().name()));
      }
    }
    out.onNext(reply.build());
    out.onCompleted();
  }

  @Override
  public void fetch(ReleaseRequest request, StreamObserver<ReleasePart> out) {
    Optional<Path> bundle = airlock.find(request.getCandidate()).flatMap(CaseFile::bundle);
    if (bundle.isEmpty()) {
      out.onError(
          Status.NOT_FOUND
              .withDescription("nothing of that name has been released")
              .asRuntimeException());
      return;
    }
    ServerCallStreamObserver<ReleasePart> call = (ServerCallStreamObserver<ReleasePart>) out;
    call.setOnCancelHandler(() -> {}); // a caller that left is not an error of ours
    try {
      call.setOnReadyHandler(new Sending(bundle.get(), call)::proceed);
    } catch (IOException e) {
      LOG.error("cannot read a release", e);
      out.onError(Status.INTERNAL.withDescription("cannot read it").asRuntimeException());
    }
  }

  /// A bundle under way, file after file, piece after piece.
  private static final class Sending {
    private final ServerCallStreamObserver<ReleasePart> call;
    private final Deque<Path> files = new ArrayDeque<>();
    private byte[] content = {};
    private String name = "";
    private int sent;
    private boolean inFile;
    private boolean done;

    Sending(Path bundle, ServerCallStreamObserver<ReleasePart> call) throws IOException {
      this.call = call;
      try (Stream<Path> entries = Files.list(bundle)) {
        files.addAll(List.copyOf(entries.sorted().toList()));
      }
    }

    void proceed() {
      while (!done && call.isReady()) {
        try {
          step();
        } catch (IOException e) {
          done = true;
          LOG.error("cannot read a release", e);
          call.onError(Status.INTERNAL.withDescription("cannot read it").asRuntimeException());
        }
      }
    }

    private void step() throws IOException {
      if (!inFile) {
        Path next = files.poll();
        if (next == null) {
          done = true;
          call.onCompleted();
          return;
        }
        content = Files.readAllBytes(next);
        name = next.getFileName().toString();
        sent = 0;
        inFile = true;
      }
      int length = Math.min(Wire.PIECE, content.length - sent);
      ReleasePart.Builder part =
          ReleasePart.newBuilder().setData(UnsafeByteOperations.unsafeWrap(content, sent, length));
      if (sent == 0) {
        part.setFile(name).setTotal(content.length);
      }
      call.onNext(part.build());
      sent += length;
      inFile = sent < content.length;
    }
  }
}
