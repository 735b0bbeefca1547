package dev.caisson.server;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.Version;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.FromSite;
import dev.caisson.protocol.wire.Hello;
import dev.caisson.protocol.wire.RoundChecked;
import dev.caisson.protocol.wire.RoundMessage;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.StudyAnswer;
import dev.caisson.protocol.wire.ToSite;
import dev.caisson.protocol.wire.UploadChunk;
import dev.caisson.protocol.wire.UploadReceipt;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.SignedManifest;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.secagg.check.SiteCheck;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.journal.Journal;
import dev.caisson.secagg.message.Descent;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Opening;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.TagList;
import dev.caisson.secagg.message.TagStatement;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.site.AwaitingConsents;
import dev.caisson.secagg.site.AwaitingKeys;
import dev.caisson.secagg.site.AwaitingShares;
import dev.caisson.secagg.site.Finished;
import dev.caisson.secagg.site.Masking;
import dev.caisson.secagg.site.SitePhase;
import dev.caisson.secagg.site.SiteRound;
import dev.caisson.secagg.site.Step;
import dev.caisson.secagg.site.Upload;
import dev.caisson.secagg.site.Uploading;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.Roster;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A site that follows the protocol to the letter but trains nothing: it sends the same update and
/// the same metrics each round. Subclasses misbehave.
class MadeUpSite implements StreamObserver<ToSite>, AutoCloseable {
  final String name;
  final CompletableFuture<Status> ended = new CompletableFuture<>();
  final CompletableFuture<Void> welcomed = new CompletableFuture<>();
  final CompletableFuture<String> studyEnded = new CompletableFuture<>();
  private final TestFederation federation;
  private final SitePolicy policy;
  private final float[] update;
  final byte[] incarnation = new byte[16];
  private final ManagedChannel channel;
  private final StreamObserver<FromSite> out;
  private String study = "";
  private String round = "";
  private @Nullable SitePhase phase;
  private @Nullable RoundManifest manifest;
  private @Nullable SiteCheck checking;
  private byte[] chunk = new byte[0];

  MadeUpSite(TestFederation federation, String name, float[] update, String... roster)
      throws IOException {
    this.federation = federation;
    this.name = name;
    this.update = update.clone();
    Map<String, Identity> members = new TreeMap<>();
    for (String member : roster) {
      members.put(member, federation.keys(member, Role.SITE).identity().identity());
    }
    policy =
        new SitePolicy(
            new Roster(members),
            federation.coordinatorIdentity(),
            0,
            2,
            1000,
            1e9,
            false,
            Signatures.ML_DSA);
    new SecureRandom().nextBytes(incarnation);
    channel = federation.dial(name, Role.SITE);
    out = SitesGrpc.newStub(channel).connect(this);
  }

  MadeUpSite hello() throws InterruptedException, ExecutionException, TimeoutException {
    send(
        FromSite.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setProtocol(Version.PROTOCOL)
                    .setLowest(Version.LOWEST)
                    .setSoftware("test")
                    .setIncarnation(ByteString.copyFrom(incarnation)))
            .build());
    welcomed.get(30, TimeUnit.SECONDS);
    return this;
  }

  final void send(FromSite message) {
    try {
      out.onNext(message);
    } catch (IllegalStateException e) {
      // the coordinator has ended the call; what it said is in `ended`
    }
  }

  final void payload(String round, byte[] payload) {
    send(
        FromSite.newBuilder()
            .setRound(
                RoundMessage.newBuilder()
                    .setStudy(study)
                    .setRound(round)
                    .setPayload(ByteString.copyFrom(payload)))
            .build());
  }

  final String study() {
    return study;
  }

  final String round() {
    return round;
  }

  @Override
  public void onNext(ToSite message) {
    switch (message.getKindCase()) {
      case WELCOME -> welcomed.complete(null);
      case OFFER -> offered(message.getOffer().getStudy());
      case ROUND -> {
        try {
          step(message.getRound().getRound(), message.getRound().getPayload().toByteArray());
        } catch (MalformedException
            | InterruptedException
            | ExecutionException
            | TimeoutException e) {
          throw new IllegalStateException(e);
        }
      }
      case STUDY_ENDED -> studyEnded.complete(message.getStudyEnded().getReason());
      case ROUND_ENDED, ALIVE, NOTICE, KIND_NOT_SET -> {}
    }
  }

  void offered(String offered) {
    study = offered;
    send(
        FromSite.newBuilder()
            .setAnswer(
                StudyAnswer.newBuilder()
                    .setStudy(offered)
                    .setHoldOutCommitment(ByteString.copyFrom(Digest.ofText(name).bytes())))
            .build());
  }

  /// The coordinator's next message of a round.
  void step(String current, byte[] payload)
      throws MalformedException, InterruptedException, ExecutionException, TimeoutException {
    if (!current.equals(round)) {
      round = current;
      checking = null;
      SignedManifest signed = Opening.decode(payload).manifest();
      manifest = signed.manifest();
      follow(
          SiteRound.begin(
              policy,
              name,
              federation.keysOf(name).identity(),
              signed,
              Digest.ofText("scope"),
              Descent.COMPUTED,
              new Journal(),
              new SecureRandom()));
      return;
    }
    switch (phase) {
      case AwaitingKeys p -> follow(p.handle(payload));
      case AwaitingShares p -> {
        if (p.handle(payload) instanceof Step.Next<?>(var next, _, _)
            && next instanceof Masking masking
            && masking.mask(input(), coins(manifest()))
                instanceof Step.Next<Uploading>(Uploading uploading, _, _)) {
          phase = uploading;
          chunk = uploading.upload().chunk(0);
          upload(uploading.upload());
          payload(round, uploading.upload().header().encoded());
        }
      }
      case Uploading p -> follow(p.handle(payload));
      case AwaitingConsents p -> follow(p.handle(payload));
      case Finished finished -> check(finished, payload);
      case null, default -> throw new IllegalStateException(name + " awaits nothing");
    }
  }

  /// Its one chunk is at hand; what comes after the tag is for sites that want to know.
  private void check(Finished finished, byte[] payload) throws MalformedException {
    if (checking == null) {
      checking =
          new SiteCheck(
              finished.proceedings().orElseThrow(),
              name,
              federation.keysOf(name).identity(),
              policy.roster(),
              policy.coordinator());
      if (checking.tag(payload, _ -> chunk)
          instanceof SiteCheck.Tagging.Tagged(Signed<TagStatement> tag, _)) {
        payload(round, tag.encoded());
      }
    } else {
      TagList.decode(payload);
      send(
          FromSite.newBuilder()
              .setChecked(RoundChecked.newBuilder().setStudy(study).setRound(round))
              .build());
    }
  }

  final RoundManifest manifest() {
    return Objects.requireNonNull(manifest, "a round begins with it");
  }

  /// What decides how its numbers are rounded.
  Secret coins(RoundManifest manifest) {
    return Secret.random(32, new SecureRandom());
  }

  private Input input() {
    Input input = Input.weighing(1).with(RoundVectors.LOSS, 0.5).with(RoundVectors.AUC, 0.75);
    return manifest != null && manifest.purpose().equals("train")
        ? input.with(RoundVectors.UPDATE, update)
        : input;
  }

  void upload(Upload upload) throws InterruptedException, ExecutionException, TimeoutException {
    upload(study, round, 0, upload.chunk(0));
  }

  /// One chunk as a whole upload.
  final void upload(String study, String round, int index, byte[] chunk)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<UploadReceipt> receipt = new CompletableFuture<>();
    StreamObserver<UploadChunk> chunks =
        SitesGrpc.newStub(channel).upload(new TestFederation.Reply<>(receipt));
    chunks.onNext(
        UploadChunk.newBuilder()
            .setStudy(study)
            .setRound(round)
            .setIndex(index)
            .setData(ByteString.copyFrom(chunk))
            .build());
    chunks.onCompleted();
    receipt.get(30, TimeUnit.SECONDS);
  }

  /// Sends what a step says.
  void follow(String round, byte[] payload) {
    payload(round, payload);
  }

  private void follow(Step<? extends SitePhase> step) {
    switch (step) {
      case Step.Next<? extends SitePhase>(SitePhase next, var _, var outgoing) -> {
        phase = next;
        outgoing.map(Message::encoded).ifPresent(bytes -> follow(round, bytes));
      }
      case Step.Refused<? extends SitePhase> refused ->
          throw new IllegalStateException(refused.fault().toString());
    }
  }

  @Override
  public void onError(Throwable t) {
    ended.complete(Status.fromThrowable(t));
  }

  @Override
  public void onCompleted() {
    ended.complete(Status.OK);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
