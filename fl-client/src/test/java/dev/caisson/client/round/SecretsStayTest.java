package dev.caisson.client.round;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.message.SignedSumOpening;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.MalformedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Everything secret that real sites draw in a round is looked for in everything that they let out
/// or write down.
final class SecretsStayTest {
  @TempDir Path folder;

  /// A chance match of 16 bytes among some megabytes is below 2^-100.
  @Test
  void nothingThatASiteDrewIsInAnyMessageLedgerOrLog() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    Level before = root.getLevel();
    root.setLevel(Level.TRACE);
    root.addAppender(log);
    try {
      play(log);
    } finally {
      root.detachAppender(log);
      root.setLevel(before);
    }
  }

  private void play(ListAppender<ILoggingEvent> log) throws Exception {
    try (Rounds rounds = new Rounds(folder, "a", "b", "c", "d")) {
      RoundManifest first =
          rounds.manifest(Purpose.TRAIN, 1, rounds.firstState(), "a", "b", "c", "d");
      assertThat(rounds.play(first, Optional.empty(), Map.of("d", 3)))
          .isInstanceOf(Outcome.Next.class);
      rounds.site("c").restart();
      rounds.play(first, Optional.empty());
      rounds.play(
          rounds.manifest(Purpose.TRAIN, 1, rounds.firstState(), "a", "b", "c", "d"),
          Optional.empty(),
          Map.of("b", 5));
      List<byte[]> secrets = new ArrayList<>(rounds.random.drawn);
      for (Rounds.Site site : rounds.sites.values()) {
        secrets.add(site.secret.coins(site.study.scope(Purpose.TRAIN), rounds.firstState()));
      }
      assertThat(secrets)
          .as("roots, self masks, key seeds, coins of envelopes")
          .hasSizeGreaterThan(40);

      List<byte[]> sinks = new ArrayList<>();
      int openings = 0;
      for (byte[] message : rounds.toSites) {
        byte[] rest = withoutOpenedMasks(message);
        openings += rest.length < message.length ? 1 : 0;
        sinks.add(rest);
      }
      assertThat(openings).as("sums that were shown").isPositive();
      for (Rounds.Site site : rounds.sites.values()) {
        sinks.addAll(site.sent);
        sinks.add(Files.readAllBytes(site.ledgerFile));
        sinks.add(String.join("", site.left).getBytes(StandardCharsets.UTF_8));
      }
      LoggerFactory.getLogger(SecretsStayTest.class).info("the last line of this round's log");
      for (ILoggingEvent event : List.copyOf(log.list)) {
        sinks.add(event.getFormattedMessage().getBytes(StandardCharsets.UTF_8));
        if (event.getThrowableProxy() != null) {
          sinks.add(
              ThrowableProxyUtil.asString(event.getThrowableProxy())
                  .getBytes(StandardCharsets.UTF_8));
        }
      }
      List<String> texts =
          sinks.stream().map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1)).toList();
      assertThat(texts)
          .as("it can find what is there")
          .anyMatch(text -> text.contains("answered"))
          .anyMatch(text -> text.contains("the last line of this round's log"));
      for (byte[] secret : secrets) {
        for (String form : forms(secret)) {
          assertThat(texts).noneMatch(text -> text.contains(form));
        }
      }
    }
  }

  /// The self-mask seeds of survivors are no secrets once their sum is open: they stand in its
  /// opening, and nowhere else. What else stands there is looked at.
  private static byte[] withoutOpenedMasks(byte[] message) {
    SignedSumOpening opening;
    try {
      opening = SignedSumOpening.decode(message);
    } catch (MalformedException e) {
      return message;
    }
    String text = new String(message, StandardCharsets.ISO_8859_1);
    for (Secret seed : opening.opening().selfMasks()) {
      text = text.replace(new String(seed.bytes(), StandardCharsets.ISO_8859_1), "");
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<String> forms(byte[] secret) {
    String hex = HexFormat.of().formatHex(secret);
    String base64 = Base64.getEncoder().withoutPadding().encodeToString(secret);
    return List.of(
        new String(secret, StandardCharsets.ISO_8859_1),
        hex,
        hex.toUpperCase(Locale.ROOT),
        base64,
        base64.replace('+', '-').replace('/', '_'));
  }
}
