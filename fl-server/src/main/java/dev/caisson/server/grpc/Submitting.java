package dev.caisson.server.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.protocol.grpc.Manifests;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.ParameterCheck;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.protocol.wire.SubmitHeader;
import dev.caisson.protocol.wire.SubmitPart;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.server.store.StoreException;
import dev.caisson.server.study.StudyContent;
import dev.caisson.server.study.StudyRegistry;
import dev.caisson.trust.Digest;
import dev.caisson.yaml.BadYamlException;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One submission as it arrives: the header says how much follows, and no more is taken.
final class Submitting implements StreamObserver<SubmitPart> {
  private static final Logger LOG = LoggerFactory.getLogger(Submitting.class);

  /// The largest model file that is taken: with as many numbers as a round sums, and room for all
  /// else. Vectors have the manifest's bound; both go to files as they arrive.
  private static final long MAX_MODEL = (long) VectorSpec.MAX_LENGTH * Float.BYTES + (64L << 20);

  /// The largest list of parameters: it travels on to the airlock within one message.
  static final int MAX_MANIFEST = 1 << 20;

  private static final int REQUEST_BYTES = 16;

  private final StudyRegistry studies;
  private final Arrivals arrivals;
  private final Researchers researchers;
  private final Caller submitter;
  private final StreamObserver<StudySummary> out;
  private Arrivals.@Nullable Place place;
  private BlobStore.@Nullable Incoming model;
  private BlobStore.@Nullable Incoming vector;
  private @Nullable StudyPlan plan;
  private @Nullable ParameterManifest parameters;
  private @Nullable ParameterCheck check;
  private final List<Digest> kept = new ArrayList<>();
  private long modelBytes;
  private byte[] signature = {};
  private Optional<byte[]> request = Optional.empty();
  private boolean refused;

  Submitting(
      StudyRegistry studies,
      Arrivals arrivals,
      Researchers researchers,
      Caller submitter,
      StreamObserver<StudySummary> out) {
    this.studies = studies;
    this.arrivals = arrivals;
    this.researchers = researchers;
    this.submitter = submitter;
    this.out = out;
  }

  @Override
  public void onNext(SubmitPart part) {
    if (refused) {
      return;
    }
    try {
      switch (part.getKindCase()) {
        case HEADER -> header(part.getHeader());
        case MODEL -> append(model, part.getModel());
        case VECTOR -> {
          append(vector, part.getVector());
          if (check != null) {
            check.take(part.getVector().asReadOnlyByteBuffer());
          }
        }
        case KIND_NOT_SET -> throw new IllegalArgumentException("an empty part");
      }
    } catch (IllegalArgumentException | ArithmeticException | BadYamlException e) {
      refuse(Status.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      refuse(Status.RESOURCE_EXHAUSTED, String.valueOf(e.getMessage()));
    } catch (IOException | StoreException e) {
      LOG.error("cannot keep a submission", e);
      refuse(Status.INTERNAL, "the coordinator cannot write its files");
    }
  }

  private void header(SubmitHeader header) throws BadYamlException, IOException {
    if (plan != null) {
      throw new IllegalArgumentException("a submission has one header");
    }
    modelBytes = header.getModelBytes();
    if (modelBytes < 1 || modelBytes > MAX_MODEL) {
      throw new IllegalArgumentException(
          "a model file has 1 to %d bytes, got %d".formatted(MAX_MODEL, modelBytes));
    }
    if (header.getParameters().getSerializedSize() > MAX_MANIFEST) {
      throw new IllegalArgumentException(
          "the list of parameters has at most %d bytes, got %d"
              .formatted(MAX_MANIFEST, header.getParameters().getSerializedSize()));
    }
    parameters = Manifests.fromWire(header.getParameters());
    check = new ParameterCheck(parameters);
    int drawn = header.getRequest().size();
    if (drawn != 0 && drawn != REQUEST_BYTES) {
      throw new IllegalArgumentException(
          "a request has %d bytes or none, got %d".formatted(REQUEST_BYTES, drawn));
    }
    request = drawn == 0 ? Optional.empty() : Optional.of(header.getRequest().toByteArray());
    if (header.getSignature().isEmpty()
        || header.getSignature().size() > SignedPlan.MAX_SIGNATURE) {
      throw new IllegalArgumentException(
          "a submission is signed by its researcher, in 1 to %d bytes, got %d"
              .formatted(SignedPlan.MAX_SIGNATURE, header.getSignature().size()));
    }
    signature = header.getSignature().toByteArray();
    plan = PlanReader.read("plan", header.getPlan().toByteArray());
    VectorSpec _ = RoundVectors.training(plan, parameters.length()); // else no round sums it
    studies.requireFew(submitter, request);
    long vectorBytes = (long) parameters.length() * Float.BYTES;
    long stateBytes = plan.steps(parameters.shape()).bytes();
    place = arrivals.enter(submitter.name(), modelBytes + vectorBytes + stateBytes);
    model = studies.content().blobs().incoming(modelBytes);
    vector = studies.content().blobs().incoming(vectorBytes);
  }

  private static void append(BlobStore.@Nullable Incoming to, ByteString piece) throws IOException {
    if (to == null) {
      throw new IllegalArgumentException("a submission starts with its header");
    }
    to.write(piece.toByteArray());
  }

  @Override
  public void onError(Throwable t) {
    discard(); // the researcher gave up; nothing is kept
  }

  @Override
  public void onCompleted() {
    if (refused) {
      return;
    }
    try (StudyContent.Naming _ = studies.content().naming()) {
      if (plan == null
          || parameters == null
          || check == null
          || model == null
          || vector == null
          || model.bytes() != modelBytes) {
        throw new IllegalArgumentException("the submission ended early");
      }
      check.end();
      Digest initial = kept(vector.keep());
      Digest file = kept(model.keep());
      requireAgreement(plan, file, parameters);
      requireOwnSignature(plan, file);
      Digest first = kept(studies.firstState(plan, parameters, initial));
      String study =
          studies.submit(submitter, plan, file, parameters, initial, first, signature, request);
      leave(); // before its client can send the next
      out.onNext(StudyMessages.summary(studies.summary(submitter, study).orElseThrow()));
      out.onCompleted();
    } catch (IllegalArgumentException e) {
      refuse(Status.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      refuse(Status.UNAVAILABLE, String.valueOf(e.getMessage()));
    } catch (IOException | StoreException e) {
      LOG.error("cannot keep a submission", e);
      refuse(Status.INTERNAL, "the coordinator cannot write its files");
    } finally {
      discard();
    }
  }

  /// The plan may name the model file, and parameters that stay at the sites: those are no part of
  /// what is submitted, or they would be summed.
  private static void requireAgreement(StudyPlan plan, Digest file, ParameterManifest parameters) {
    plan.method()
        .warmStart()
        .filter(released -> !released.model().equals(file))
        .ifPresent(
            released -> {
              throw new IllegalArgumentException(
                  "the plan starts from the released model %s, the file is %s"
                      .formatted(released.model().shortHex(), file.shortHex()));
            });
    for (ParameterManifest.Entry entry : parameters.entries()) {
      if (plan.personal().holds(entry.name())) {
        throw new IllegalArgumentException(
            "parameter '%s' is personal by the plan and cannot be shared".formatted(entry.name()));
      }
    }
  }

  /// Sites would refuse it one after the other; this says so at once, where it can be known.
  private void requireOwnSignature(StudyPlan plan, Digest file) {
    SignedPlan signed =
        new SignedPlan(
            plan.text().getBytes(StandardCharsets.UTF_8), file, submitter.name(), signature);
    if (researchers.known(submitter.name()).filter(own -> !signed.isSignedBy(own)).isPresent()) {
      throw new IllegalArgumentException(
          "plan and model are not signed by the identity with which '%s' is enrolled"
              .formatted(submitter.name()));
    }
  }

  private Digest kept(Digest digest) {
    kept.add(digest);
    return digest;
  }

  private void leave() {
    Arrivals.Place held = place;
    if (held != null) {
      place = null;
      held.close();
    }
  }

  private void discard() {
    leave();
    try {
      if (model != null) {
        model.close();
      }
      if (vector != null) {
        vector.close();
      }
      studies.content().release(kept); // all but what a study has named
    } catch (IOException | StoreException e) {
      LOG.error("cannot remove what is left of a submission", e);
    }
  }

  private void refuse(Status status, String why) {
    refused = true;
    discard();
    out.onError(status.withDescription(why).asRuntimeException());
  }
}
