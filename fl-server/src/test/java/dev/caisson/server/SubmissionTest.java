package dev.caisson.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.ListRequest;
import dev.caisson.protocol.wire.StudiesGrpc;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.protocol.wire.SubmitPart;
import dev.caisson.protocol.wire.WatchRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What researchers may say, over the wire.
@Timeout(120)
final class SubmissionTest {
  private static final String PLAN = TestFederation.plan(1, 3, "a", "b", "c");

  @TempDir Path folder;
  private TestFederation federation;

  @BeforeEach
  void start() throws Exception {
    federation = new TestFederation(folder, Duration.ofMillis(500), "a", "b", "c");
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  @Test
  void aSubmissionThatIsNotSoundIsRefusedInWords() {
    SubmitPart header = TestFederation.header(PLAN, 5);
    SubmitPart model = SubmitPart.newBuilder().setModel(ByteString.copyFromUtf8("model")).build();
    SubmitPart vector = vector(TestFederation.INITIAL);
    refused("a submission starts with its header", model);
    refused("a submission starts with its header", vector);
    refused("a submission has one header", header, header);
    refused("a model file has 1 to", TestFederation.header(PLAN, 0));
    refused("a model file has 1 to", TestFederation.header(PLAN, -1));
    refused("a model file has 1 to", TestFederation.header(PLAN, Long.MAX_VALUE));
    refused("more than the 4 bytes that were announced", TestFederation.header(PLAN, 4), model);
    refused("the submission ended early", header);
    refused("the submission ended early", TestFederation.header(PLAN, 6), model, vector);
    refused("the vector has 0 values, the manifest 4", header, model);
    refused("more than the 16 bytes that were announced", header, model, vector, vector);
    refused("parameter 'w' does not have the values", header, model, vector(0, 0, 0, 0));
    refused("is not finite", header, model, vector(Float.NaN, 0, 0, 0));
    refused("an empty part", SubmitPart.getDefaultInstance());
    refused("a submission is signed by its researcher", signature(0));
    refused("in 1 to 4096 bytes, got 4097", signature(4097));
    refused(
        "plan, line 5, rounds: expected a whole number from 1 to 10000, got -3",
        TestFederation.header(PLAN.replace("rounds: 1", "rounds: -3"), 5));
    refused("unknown key 'code'", TestFederation.header(PLAN + "code: rm -rf\n", 5));
  }

  private static SubmitPart signature(int bytes) {
    SubmitPart.Builder header = TestFederation.header(PLAN, 5).toBuilder();
    header.getHeaderBuilder().setSignature(ByteString.copyFrom(new byte[bytes]));
    return header.build();
  }

  /// What a file of so many numbers would have: they are never sent.
  @Test
  void aVectorThatNoRoundCouldSumIsRefusedBeforeItIsSent() {
    SubmitPart.Builder header = TestFederation.header(PLAN, 5).toBuilder();
    header
        .getHeaderBuilder()
        .getParametersBuilder()
        .getParametersBuilder(0)
        .clearShape()
        .addShape((1L << 30) - 1);
    refused("a vector has at most 1073741824 entries, got 1073741825", header.build());
  }

  @Test
  void aStudyWhoseSitesStayAwayFailsAndSaysWhoIsMissing() throws Exception {
    String study = federation.submit("ann", PLAN);
    StudyEvent last = federation.trained("ann", study).getLast();
    assertThat(last.getState()).isEqualTo("failed");
    assertThat(last.getText())
        .contains("0 of the 3 sites")
        .contains("'a' is not connected; 'b' is not connected; 'c' is not connected");
  }

  @Test
  void aResearcherSeesNothingOfAnothersStudy() throws Exception {
    String study = federation.submit("ann", PLAN);
    assertThat(list("ann")).extracting(StudySummary::getStudy).containsExactly(study);
    assertThat(list("bob")).isEmpty();
    for (String name : List.of(study, study.toUpperCase(Locale.ROOT), "small", "")) {
      assertThatThrownBy(
              () ->
                  StudiesGrpc.newBlockingStub(federation.dial("bob", Role.RESEARCHER))
                      .watch(WatchRequest.newBuilder().setStudy(name).build())
                      .forEachRemaining(event -> {}))
          .as(name)
          .hasMessageContaining("NOT_FOUND: 'bob' has submitted no such study");
    }
  }

  @Test
  void oneResearcherHasEightUnfinishedStudiesAtMost() throws Exception {
    federation.close();
    federation =
        new TestFederation(folder.resolve("patient"), Duration.ofMinutes(5), "a", "b", "c");
    for (int i = 0; i < 8; i++) {
      federation.submit("ann", PLAN);
    }
    assertThatThrownBy(() -> federation.submit("ann", PLAN))
        .hasMessageContaining("'ann' has 8 unfinished studies; wait for one to end");
    federation.submit("bob", PLAN);
  }

  private List<StudySummary> list(String researcher) throws Exception {
    return StudiesGrpc.newBlockingStub(federation.dial(researcher, Role.RESEARCHER))
        .list(ListRequest.getDefaultInstance())
        .getStudiesList();
  }

  private void refused(String words, SubmitPart... parts) {
    assertThatThrownBy(() -> federation.submit("ann", List.of(parts)))
        .hasMessageContaining("INVALID_ARGUMENT: ")
        .hasMessageContaining(words);
  }

  private static SubmitPart vector(float... values) {
    return SubmitPart.newBuilder()
        .setVector(ByteString.copyFrom(ParameterManifest.bytes(values)))
        .build();
  }
}
