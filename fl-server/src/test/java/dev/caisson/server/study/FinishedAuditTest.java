package dev.caisson.server.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.protocol.study.StudyState;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Threads;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.server.round.RoundDriver;
import dev.caisson.server.site.SiteDirectory;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An audit's sum opens once. So the airlock gets it when the study's end is on disk, and before
/// anything else can fail.
final class FinishedAuditTest {
  private static final byte[] CHECK = "the audit's sum".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path home;
  private final List<StudyState> repliedIn = new ArrayList<>();
  private StoredStudy stored;
  private StudyLog log;
  private Holdings holdings;
  private Digest check;

  @BeforeEach
  void candidate() throws Exception {
    stored = new StoredStudy(home, ParticipantsTest.submission());
    BlobStore blobs = new BlobStore(home.resolve("blobs"));
    check = blobs.put(CHECK);
    log = stored.log();
    log.enter(StudyState.CANDIDATE, "trained", StudyLog.Also.NOTHING);
    log.change(sql -> ContentTable.forCheck(sql, stored.submission().study(), 1, check));
    holdings =
        new Holdings(
            stored.submission(),
            new StudyMeans(
                stored.database(),
                new StudyContent(blobs, stored.database()),
                new SiteDirectory(),
                new RoundDriver(
                    IdentityKey.generate(),
                    () -> new Roster(Map.of()),
                    Clock.systemUTC(),
                    new SecureRandom(),
                    home,
                    new Threads(1)),
                Clock.systemUTC(),
                Duration.ofMinutes(2),
                () -> {},
                _ -> {}),
            log);
  }

  @Test
  void theReplyComesAfterTheEndIsOnDiskAndBeforeContentIsRemoved() throws Exception {
    holdings.finish(
        holdings.headway(),
        "audited",
        () -> {
          repliedIn.add(stored.log().summary().state());
          assertThat(home.resolve("blobs").resolve(check.hex())).hasBinaryContent(CHECK);
        });
    assertThat(repliedIn).containsExactly(StudyState.FINISHED);
    assertThat(home.resolve("blobs").resolve(check.hex())).doesNotExist();
  }

  /// A folder that is not empty stands where the content was.
  @Test
  void contentThatCannotBeRemovedCostsTheAirlockNothing() throws Exception {
    Path stubborn = home.resolve("blobs").resolve(check.hex());
    Files.delete(stubborn);
    Files.createDirectories(stubborn.resolve("inside"));
    holdings.finish(
        holdings.headway(), "audited", () -> repliedIn.add(stored.log().summary().state()));
    assertThat(repliedIn).containsExactly(StudyState.FINISHED);
    assertThat(stored.log().summary().state()).isEqualTo(StudyState.FINISHED);
    assertThat(stubborn).isDirectory();
  }

  @Test
  void anAuditOfAFinishedStudyIsRefused() {
    Audits audits = new Audits(stored.submission().study(), log);
    holdings.finish(holdings.headway(), "audited", () -> {});
    assertThat(audits.request(VectorSpec.of(new Segment.Exact("counts", 1, 5, false))))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withMessageContaining("is finished: there is nothing to audit");
  }
}
