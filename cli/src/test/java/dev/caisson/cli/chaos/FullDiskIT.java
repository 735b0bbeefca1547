package dev.caisson.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.client.ledger.RoundHistory;
import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.trust.Digest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Disks that are really full, while a study trains.
final class FullDiskIT {
  private static final int MEBIBYTES = 48;
  private static final int LONG = 2000;

  /// Long enough for something to be written.
  private static final Duration FULL = Duration.ofSeconds(5);

  private static final String SITE = "site-2";

  @TempDir Path folder;

  @Test
  @SuppressWarnings("try") // what a coordinator leaves is looked at before its disk is gone
  void fullDiskAtTheCoordinatorIsAnErrorOfTheStudyAlone() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("coordinator"), MEBIBYTES);
        LiveFederation federation =
            new LiveFederation(folder, Schedule.SITES, Disturbed.PATIENCE_SECONDS)) {
      federation.start();
      Homes homes = federation.homes();
      String first =
          Disturbed.submit(federation, Disturbed.plan(homes, "long", LONG, Schedule.THRESHOLD));
      try (Onlooker onlooker = new Onlooker(federation, first);
          StudiesClient researcher = federation.researcher()) {
        onlooker.await(Disturbed.LIMIT, summary -> summary.roundsDone() >= 2);
        disk.fill();
        Thread.sleep(FULL.toMillis());
        int done = onlooker.await(Disturbed.LIMIT, _ -> true).roundsDone(); // it still tells
        assertThat(federation.coordinator().isAlive()).isTrue();
        disk.free();
        StudiesClient.Summary paused =
            onlooker.await(Disturbed.LIMIT, summary -> summary.state().equals("paused"));
        assertThat(paused.reason()).contains("cannot keep the study's state");
        assertThat(paused.roundsDone()).isEqualTo(done);
        researcher.resume(first, false);
        onlooker.await(Disturbed.LIMIT, summary -> summary.roundsDone() > done);
        researcher.cancel(first);
        onlooker.await(Disturbed.LIMIT, summary -> summary.state().equals("cancelled"));
      }
      trains(federation, "after");
      federation.close();
      isWhole(homes.coordinator());
    }
  }

  @Test
  void fullDiskAtASiteCostsThatSiteItsRounds() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve(SITE), MEBIBYTES);
        LiveFederation federation =
            new LiveFederation(folder, Schedule.SITES, Disturbed.PATIENCE_SECONDS)) {
      federation.start();
      Homes homes = federation.homes();
      StudyPlan plan = Disturbed.plan(homes, "full-site", 8, Schedule.THRESHOLD);
      String study = Disturbed.submit(federation, plan);
      try (Onlooker onlooker = new Onlooker(federation, study)) {
        onlooker.await(Disturbed.LIMIT, summary -> summary.roundsDone() >= 2);
        disk.fill();
        onlooker.await(Disturbed.LIMIT, summary -> summary.state().equals("candidate"));
      }
      Trained trained = Trained.fetch(federation, study);
      assertThat(trained.training().getLast().survivors()).doesNotContain(SITE);
      Findings findings = new Findings(homes, plan);
      findings.nobodyAnsweredTwice();
      findings.everySumIsOfWhoSent(trained);
      findings.statesFollow(trained);
      assertThat(federation.agent(SITE).isAlive()).isTrue();
      disk.free();
      federation.killSite(SITE); // its ledger says: restart the site
      federation.startSite(SITE).ready(LiveFederation.START);
      RoundHistory.read(homes.ledger(SITE));
      assertThat(trains(federation, "after").training())
          .allSatisfy(round -> assertThat(round.survivors()).contains(SITE));
    }
  }

  /// A new study comes to its end, and to the right model.
  private static Trained trains(LiveFederation federation, String name) throws Exception {
    StudyPlan plan = Disturbed.plan(federation.homes(), name, 3, Schedule.THRESHOLD);
    String study = Disturbed.submit(federation, plan);
    try (Onlooker onlooker = new Onlooker(federation, study)) {
      onlooker.await(Disturbed.LIMIT, summary -> summary.state().equals("candidate"));
    }
    Trained trained = Trained.fetch(federation, study);
    Findings findings = new Findings(federation.homes(), plan);
    findings.everySumIsOfWhoSent(trained);
    findings.statesFollow(trained);
    return trained;
  }

  /// Every blob has the digest that names it, and the database is sound.
  private static void isWhole(Path home) throws Exception {
    BlobStore blobs = new BlobStore(home.resolve("blobs"));
    for (Path file : Homes.files(home.resolve("blobs"))) {
      String name = file.getFileName().toString();
      assertThat(blobs.get(Digest.parse("sha256:" + name))).as(name).isNotNull();
    }
    try (Connection database =
            DriverManager.getConnection("jdbc:sqlite:" + home.resolve("coordinator.db"));
        Statement statement = database.createStatement();
        ResultSet result = statement.executeQuery("PRAGMA integrity_check")) {
      assertThat(result.next()).isTrue();
      assertThat(result.getString(1)).isEqualTo("ok");
    }
  }
}
