package dev.caisson.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.enrol.EnrolledRoster;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.ListRequest;
import dev.caisson.protocol.wire.StudiesGrpc;
import dev.caisson.protocol.wire.SubmitPart;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import io.grpc.Channel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What members may do who enrolled over the wire.
@Timeout(120)
final class EnrolledMembersTest {
  @TempDir Path folder;
  private EnrolledFederation federation;

  @BeforeEach
  void start() throws Exception {
    federation = new EnrolledFederation(folder);
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  @Test
  void auditorsAndAdminsListEveryStudyAndSubmitNone() throws Exception {
    for (Role role : new Role[] {Role.AUDITOR, Role.ADMIN}) {
      KeyFiles keys = federation.enrol("p-" + role.label(), role);
      Channel channel = federation.dial(keys);
      assertThat(StudiesGrpc.newBlockingStub(channel).list(ListRequest.getDefaultInstance()))
          .isNotNull();
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> submit(keys, keys.identity()))
          .withMessageContaining("PERMISSION_DENIED");
    }
  }

  @Test
  void anEnrolledResearchersSubmissionIsSignedByTheirOwnIdentity() throws Exception {
    KeyFiles ann = federation.enrol("ann", Role.RESEARCHER);
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> submit(ann, IdentityKey.generate()))
        .withMessageContaining(
            "plan and model are not signed by the identity with which 'ann' is enrolled");
    assertThat(submit(ann, ann.identity())).startsWith("small-");
  }

  private String submit(KeyFiles researcher, IdentityKey signer) throws Exception {
    String plan = TestFederation.plan(1, 3, "a", "b", "c");
    SignedPlan signed =
        SignedPlan.sign(
            plan.getBytes(StandardCharsets.UTF_8),
            Digest.ofText("model"),
            researcher.self().name(),
            signer);
    SubmitPart.Builder header = TestFederation.header(plan, 5).toBuilder();
    header.getHeaderBuilder().setSignature(ByteString.copyFrom(signed.signature()));
    return TestFederation.submit(
        federation.dial(researcher), TestFederation.followedByItsContent(header.build()));
  }

  @Test
  void sitesAreToldOfSitesAndResearchersTheAirlockOfReviewersToo() throws Exception {
    KeyFiles site = federation.enrol("site-a", Role.SITE);
    federation.enrol("ann", Role.RESEARCHER);
    federation.enrol("eve", Role.REVIEWER);
    assertThat(EnrolledRoster.fetch("127.0.0.1", federation.port(), site).members().keySet())
        .containsExactlyInAnyOrder(Role.SITE, Role.RESEARCHER);
    KeyFiles airlock = federation.enrol("airlock", Role.AIRLOCK);
    assertThat(EnrolledRoster.fetch("127.0.0.1", federation.port(), airlock).members().keySet())
        .containsExactlyInAnyOrder(Role.SITE, Role.RESEARCHER, Role.REVIEWER);
  }
}
