package dev.caisson.server.study;

import dev.caisson.protocol.study.StudyState;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.coordinator.SumResult;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/// The audits that the airlock asks of one study, in order. Thread-safe.
final class Audits {
  private final String study;
  private final StudyLog log;
  private final BlockingQueue<Request> waiting = new LinkedBlockingQueue<>(4);
  private boolean closed;

  Audits(String study, StudyLog log) {
    this.study = study;
    this.log = log;
  }

  record Request(VectorSpec vector, CompletableFuture<SumResult> reply) {}

  /// Fails at once where the study is no candidate.
  synchronized CompletableFuture<SumResult> request(VectorSpec vector) {
    Request request = new Request(vector, new CompletableFuture<>());
    StudyState state = log.summary().state();
    if (closed || state != StudyState.CANDIDATE || !waiting.offer(request)) {
      request.reply.completeExceptionally(
          new IllegalStateException(
              "study '%s' is %s: there is nothing to audit".formatted(study, state.label())));
    }
    return request.reply;
  }

  Optional<Request> next() {
    return Optional.ofNullable(waiting.poll());
  }

  synchronized void close(String why) {
    closed = true;
    for (Request request : waiting) {
      request.reply.completeExceptionally(new IllegalStateException(why));
    }
  }
}
