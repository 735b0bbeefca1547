package dev.caisson.airlock.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.caisson.client.SiteAgent;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.wire.StudyEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/// Connections break, processes live on: the study is the one that nobody disturbed, bit for bit.
@Timeout(300)
final class HealedLineTest {
  private static final int ROUNDS = 6;

  @TempDir Path folder;

  private Live live(String name) throws Exception {
    return new Live(Files.createDirectory(folder.resolve(name)), folder);
  }

  private static void assertUndisturbed(Live live, String study, int rounds) throws Exception {
    List<StudyEvent> events = live.trained(study);
    List<String> texts = events.stream().map(StudyEvent::getText).toList();
    assertThat(events.getLast().getState()).as("%s", texts).isEqualTo("candidate");
    assertThat(texts).as("no round ended in vain").noneMatch(text -> text.contains("attempt"));
    assertThat(live.candidate().getRoundsList())
        .hasSize(rounds + 1)
        .allSatisfy(round -> assertThat(round.getSurvivorsList()).isEqualTo(Live.SITES));
    for (String site : Live.SITES) {
      assertThat(live.ledger(site, "\"what\":\"answered\""))
          .as("site %s answered each round once", site)
          .hasSize(rounds + 1);
    }
  }

  private float[] undisturbed(StudyPlan plan) throws Exception {
    try (Live live = live("undisturbed")) {
      for (String site : Live.SITES) {
        live.run(site);
      }
      String study = live.submit(plan);
      live.trained(study);
      return live.finalVector();
    }
  }

  /// Cut as soon as the ledger says that a message is on its way: it may have arrived or not. One
  /// message a round, so that every boundary of a round is cut at, at one site and then at all.
  @Test
  void aCutAtAnyPhaseCostsNobodyTheRound() throws Exception {
    StudyPlan plan = Live.plan(ROUNDS, 4, 60);
    float[] wanted = undisturbed(plan);
    List<String> phases = List.of("keys", "deal", "upload header", "consent", "answer", "tag");
    try (Live live = live("cut")) {
      for (String site : Live.SITES) {
        live.run(site);
      }
      String study = live.submit(plan);
      for (int i = 0; i < phases.size(); i++) {
        String message = "\"message\":\"%s\"".formatted(phases.get(i));
        String round = "\"round\":\"train-%d\"".formatted(i + 1);
        while (live.ledger("b", round, message).isEmpty()) {
          Thread.sleep(1);
        }
        live.relay("b").cut();
        if (i % 2 == 1) {
          live.relay("a").cut();
          live.relay("c").cut();
        }
      }
      assertUndisturbed(live, study, ROUNDS);
      assertThat(live.finalVector()).containsExactly(wanted);
    }
  }

  /// Each connection of a site ends after so many bytes: within handshakes, within messages, within
  /// chunks, and after them. The vector has 250,000 entries, 16 chunks of some 50 KB.
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aProxyThatTruncatesCostsTimeAndNothingElse(long seed) throws Exception {
    StudyPlan plan = Live.plan(1, 50_000, 120);
    float[] wanted = undisturbed(plan);
    try (Live live = live("truncated")) {
      for (String site : Live.SITES) {
        SplittableRandom random = new SplittableRandom(seed);
        live.relay(site).truncating(n -> n < 6 ? random.nextInt(3_000, 250_000) : Relay.NEVER);
        live.run(site);
      }
      String study = live.submit(plan);
      assertUndisturbed(live, study, 1);
      assertThat(live.finalVector()).containsExactly(wanted);
      assertThat(live.relays.values()).allMatch(relay -> relay.truncated() > 2);
    }
  }

  @Test
  void aLineThatIsDownForAWhileCostsNobodyTheRound() throws Exception {
    StudyPlan plan = Live.plan(2, 4, 60); // a grace of 6 s
    float[] wanted = undisturbed(plan);
    try (Live live = live("down")) {
      for (String site : Live.SITES) {
        live.run(site);
      }
      String study = live.submit(plan);
      while (live.ledger("b", "train-1", "\"message\":\"keys\"").isEmpty()) {
        Thread.sleep(1);
      }
      live.relay("b").down();
      Thread.sleep(1500);
      live.relay("b").heal();
      assertUndisturbed(live, study, 2);
      assertThat(live.finalVector()).containsExactly(wanted);
    }
  }

  /// 25,000 entries, two chunks, and the messages of a round, at 24 KB/s; other rates by
  /// `-Dcaisson.slowLine`.
  @Test
  void aSlowLineMakesProgressUntilTheDeadline() throws Exception {
    try (Live live = live("slow")) {
      for (String site : Live.SITES) {
        live.run(site);
      }
      live.relay("b").slow(Integer.getInteger("caisson.slowLine", 24_000));
      String study = live.submit(Live.plan(1, 5_000, 600));
      assertUndisturbed(live, study, 1);
    }
  }

  /// Both processes live on and dial again whenever they are cut off. The newer one takes part; no
  /// round is counted twice; and both logs say what is wrong.
  @Test
  void twoAgentsWithOneIdentityAreADefinedState() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    Logger agents = (Logger) LoggerFactory.getLogger(SiteAgent.class);
    agents.addAppender(log);
    try (Live live = live("twins")) {
      for (String site : Live.SITES) {
        live.run(site);
      }
      String study = live.submit(Live.plan(20, 4, 60));
      while (live.ledger("b", "train-2", "\"message\":\"keys\"").isEmpty()) {
        Thread.sleep(1);
      }
      Path copy = folder.resolve("copy");
      copy(live.homes.home("b"), copy);
      SiteAgent twin = Live.run(copy);
      try {
        List<StudyEvent> events = live.trained(study);
        assertThat(events.stream().filter(StudyEvent::hasFigures).map(StudyEvent::getRound))
            .as("each round is counted once")
            .doesNotHaveDuplicates();
        assertThat(errors(log))
            .as("the older one")
            .anyMatch(text -> text.contains("two processes"));
      } finally {
        twin.close();
      }
    } finally {
      agents.detachAppender(log);
    }
  }

  private static List<String> errors(ListAppender<ILoggingEvent> log) {
    return List.copyOf(log.list).stream()
        .filter(event -> event.getLevel() == Level.ERROR)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void aSiteThatIsStoppedAnswersTheRoundThatItIsIn() throws Exception {
    try (Live live = live("drained")) {
      for (String site : Live.SITES) {
        live.run(site);
      }
      String study = live.submit(Live.plan(1, 4, 60));
      while (live.ledger("b", "train-1", "\"message\":\"deal\"").isEmpty()) {
        Thread.sleep(1);
      }
      SiteAgent agent = live.agents.remove("b");
      assertThat(agent).isNotNull();
      agent.drain(Duration.ofSeconds(60));
      agent.close();
      assertThat(live.ledger("b", "train-1", "\"what\":\"answered\"")).hasSize(1);
      live.run("b"); // for the final evaluation
      List<StudyEvent> events = live.trained(study);
      assertThat(events.getLast().getState()).isEqualTo("candidate");
      assertThat(live.candidate().getRounds(0).getSurvivorsList()).isEqualTo(Live.SITES);
    }
  }

  private static void copy(Path from, Path to) throws Exception {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.sorted().toList()) {
        Files.copy(
            file,
            to.resolve(from.relativize(file)),
            java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }
}
