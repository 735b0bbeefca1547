package dev.caisson.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class MailboxTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void eventsComeOutInTheOrderTheyWentIn() throws Exception {
    Mailbox mailbox = new Mailbox();
    for (int i = 0; i < 200; i++) {
      mailbox.put(new SiteEvent.Refused("a", "reason " + i));
    }
    for (int i = 0; i < 200; i++) {
      assertThat(mailbox.take(SOON)).contains(new SiteEvent.Refused("a", "reason " + i));
    }
    assertThat(mailbox.take(Duration.ZERO)).isEmpty();
    assertThat(mailbox.take(Duration.ofMillis(-5))).isEmpty();
  }

  /// 300 events of no size: 256 fit, the rest are held back until some are read, none is lost.
  @Test
  void whoSendsFasterThanIsReadIsHeldBackAndLosesNothing() throws Exception {
    Mailbox mailbox = new Mailbox();
    AtomicInteger sent = new AtomicInteger();
    Thread sender = flood(mailbox, 300, 0, sent);
    for (int i = 0; i < 300; i++) {
      assertThat(sent.get()).isLessThanOrEqualTo(i + 256);
      assertThat(mailbox.take(SOON)).isPresent();
    }
    sender.join();
    assertThat(sent).hasValue(300);
  }

  /// 100 payloads of 4 MiB, the largest message: 16 fill 64 MiB. All of them at once would be more
  /// than half of this JVM's heap.
  @Test
  void largePayloadsAreBoundedByTheirBytes() throws Exception {
    Mailbox mailbox = new Mailbox();
    AtomicInteger sent = new AtomicInteger();
    Thread sender = flood(mailbox, 100, 4 << 20, sent);
    for (int i = 0; i < 100; i++) {
      assertThat(sent.get()).isLessThanOrEqualTo(i + 16);
      assertThat(mailbox.take(SOON)).isPresent();
    }
    sender.join();
  }

  @Test
  void closingReleasesWhoeverIsHeldBackAndDropsTheRest() throws Exception {
    Mailbox mailbox = new Mailbox();
    AtomicInteger sent = new AtomicInteger();
    Thread sender = flood(mailbox, 1000, 0, sent);
    assertThat(mailbox.take(SOON)).isPresent();
    mailbox.close();
    sender.join();
    assertThat(sent).as("nobody waits for a study that is over").hasValue(1000);
    mailbox.close();
    mailbox.put(new SiteEvent.Refused("a", "late"));
    assertThat(mailbox.take(Duration.ZERO)).isEmpty();
  }

  @Test
  void whoWaitsForAnAnswerWhenTheStudyEndsIsToldThatThereIsNoRound() {
    Mailbox mailbox = new Mailbox();
    CompletableFuture<Integer> before = new CompletableFuture<>();
    CompletableFuture<Integer> after = new CompletableFuture<>();
    mailbox.put(new SiteEvent.UploadAsked("a", "train-1", before));
    mailbox.close();
    mailbox.put(new SiteEvent.UploadAsked("a", "train-1", after));
    assertThat(before).isCompletedWithValue(SiteEvent.UploadAsked.NO_ROUND);
    assertThat(after).isCompletedWithValue(SiteEvent.UploadAsked.NO_ROUND);
  }

  private static Thread flood(Mailbox mailbox, int events, int bytes, AtomicInteger sent) {
    return Thread.ofVirtual()
        .start(
            () -> {
              for (int i = 0; i < events; i++) {
                mailbox.put(new SiteEvent.Payload("a", "train-1", new byte[bytes]));
                sent.incrementAndGet();
              }
            });
  }
}
