package dev.caisson.cli.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.airlock.review.Decision;
import dev.caisson.airlock.review.InternalReason;
import dev.caisson.airlock.review.SignedDecision;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.people.Desk;
import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.CandidatesRequest;
import dev.caisson.protocol.wire.DecideReply;
import dev.caisson.protocol.wire.DecideRequest;
import dev.caisson.protocol.wire.DossierReply;
import dev.caisson.protocol.wire.DossierRequest;
import dev.caisson.protocol.wire.ReleasePart;
import dev.caisson.protocol.wire.ReleaseRequest;
import dev.caisson.protocol.wire.ReleasesGrpc;
import dev.caisson.protocol.wire.ReviewsGrpc;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A person's side of the airlock: reviewers read dossiers and decide, everybody fetches releases.
public final class AirlockClient implements AutoCloseable {
  private static final long MAX_FILE = 1L << 30;
  private static final int MAX_FILES = 64;

  private final Desk desk;
  private final ManagedChannel channel;

  public AirlockClient(Desk desk) throws IOException, CommandFailure {
    this.desk = desk;
    channel = Wire.dial(desk.airlock().host(), desk.airlock().port(), Role.AIRLOCK, desk.keys());
  }

  /// Where a candidate stands. `verdict` and `why` are for reviewers only, else empty.
  public record Status(
      String candidate, String submitter, String state, String verdict, String why) {}

  /// What a reviewer decides on: exactly this dossier about exactly this model.
  @SuppressWarnings("ArrayRecordComponent") // a page to be saved, never compared
  public record Case(
      Dossier dossier, byte[] html, Digest model, Digest dossierDigest, int attempt) {}

  /// What became of a decision.
  public record Decided(boolean counted, String state, String text) {}

  public List<Status> list() throws CommandFailure {
    CandidatesRequest all = CandidatesRequest.getDefaultInstance();
    try {
      var reply =
          desk.keys().now().self().role() == Role.REVIEWER
              ? ReviewsGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(30, TimeUnit.SECONDS)
                  .list(all)
              : ReleasesGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(30, TimeUnit.SECONDS)
                  .list(all);
      return reply.getCandidatesList().stream()
          .map(
              c ->
                  new Status(
                      c.getCandidate(),
                      c.getSubmitter(),
                      c.getState(),
                      c.getVerdict(),
                      c.getText()))
          .toList();
    } catch (StatusRuntimeException e) {
      throw new CommandFailure("the airlock is " + Statuses.inWords(e), e);
    }
  }

  /// Fetches the full dossier and checks that it is the one whose digest the airlock states.
  public Case dossier(String candidate) throws CommandFailure {
    try {
      DossierReply reply =
          ReviewsGrpc.newBlockingStub(channel)
              .withDeadlineAfter(60, TimeUnit.SECONDS)
              .dossier(DossierRequest.newBuilder().setCandidate(candidate).build());
      Dossier dossier = Dossier.read(reply.getJson().toByteArray());
      Digest stated = Digest.ofBytes(reply.getDossierDigest().toByteArray());
      if (!dossier.digest().equals(stated)
          || !dossier
              .candidate()
              .model()
              .equals(Digest.ofBytes(reply.getModelDigest().toByteArray()))) {
        throw new CommandFailure(
            "the airlock's dossier of '%s' does not have the digest that it states"
                .formatted(candidate));
      }
      return new Case(
          dossier,
          reply.getHtml().toByteArray(),
          dossier.candidate().model(),
          stated,
          reply.getAttempt());
    } catch (StatusRuntimeException e) {
      throw new CommandFailure(
          "the dossier of '%s': %s".formatted(candidate, Statuses.inWords(e)), e);
    } catch (MalformedException | IllegalArgumentException e) {
      throw new CommandFailure(
          "the airlock's dossier of '%s' is broken: %s".formatted(candidate, e.getMessage()), e);
    }
  }

  /// Signs and sends a decision on a case that was read.
  public Decided decide(
      Case read, boolean approve, String publicReason, InternalReason internal, Instant now)
      throws CommandFailure {
    Decision decision =
        new Decision(
            read.model(),
            read.dossierDigest(),
            read.attempt(),
            desk.keys().now().self().name(),
            approve ? Decision.Choice.APPROVE : Decision.Choice.REFUSE,
            publicReason,
            internal.commitment(),
            now);
    SignedDecision signed = SignedDecision.sign(decision, desk.keys().now().identity());
    try {
      DecideReply reply =
          ReviewsGrpc.newBlockingStub(channel)
              .withDeadlineAfter(60, TimeUnit.SECONDS)
              .decide(
                  DecideRequest.newBuilder()
                      .setCandidate(read.dossier().candidate().name())
                      .setModelDigest(ByteString.copyFrom(decision.model().bytes()))
                      .setDossierDigest(ByteString.copyFrom(decision.dossier().bytes()))
                      .setAttempt(decision.attempt())
                      .setApprove(approve)
                      .setPublicReason(publicReason)
                      .setInternalReason(internal.text())
                      .setInternalSalt(ByteString.copyFrom(internal.salt()))
                      .setAtEpochSecond(decision.at().getEpochSecond())
                      .setSignature(ByteString.copyFrom(signed.signature()))
                      .build());
      return new Decided(reply.getCounted(), reply.getState(), reply.getText());
    } catch (StatusRuntimeException e) {
      throw new CommandFailure("the airlock: " + Statuses.inWords(e), e);
    }
  }

  /// Fetches a released bundle into a new folder.
  public void fetch(String candidate, Path folder) throws CommandFailure, IOException {
    Iterator<ReleasePart> parts =
        ReleasesGrpc.newBlockingStub(channel)
            .fetch(ReleaseRequest.newBuilder().setCandidate(candidate).build());
    try {
      if (!parts.hasNext()) {
        throw new CommandFailure("the airlock sent an empty release");
      }
    } catch (StatusRuntimeException e) {
      throw new CommandFailure("'%s': %s".formatted(candidate, Statuses.inWords(e)), e);
    }
    Files.createDirectory(folder);
    OutputStream file = null;
    try {
      long left = 0;
      int files = 0;
      while (parts.hasNext()) {
        ReleasePart part = parts.next();
        if (!part.getFile().isEmpty()) {
          close(file);
          if (++files > MAX_FILES || part.getTotal() < 0 || part.getTotal() > MAX_FILE) {
            throw new CommandFailure("the release is larger than any release is");
          }
          if (!part.getFile().matches("[a-z0-9][a-z0-9.-]{0,62}")) {
            throw new CommandFailure(
                "the release has a file with an odd name; nothing of it is kept");
          }
          file = Files.newOutputStream(folder.resolve(part.getFile()));
          left = part.getTotal();
        }
        left -= part.getData().size();
        if (file == null || left < 0) {
          throw new CommandFailure("the release is not as it announced itself");
        }
        part.getData().writeTo(file);
      }
    } catch (StatusRuntimeException e) {
      throw new CommandFailure("the release broke off: " + Statuses.inWords(e), e);
    } finally {
      close(file);
    }
  }

  private static void close(@Nullable OutputStream file) throws IOException {
    if (file != null) {
      file.close();
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
