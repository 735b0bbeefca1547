package dev.caisson.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class MailboxTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final byte[] NOTHING = {};

  @Test
  void eventsComeOutInTheOrderTheyWentIn() throws Exception {
    Mailbox mailbox = new Mailbox();
    for (int i = 0; i < 200; i++) {
      mailbox.put(new SiteEvent.Refused("site-" + i, "reason " + i));
    }
    for (int i = 0; i < 200; i++) {
      assertThat(mailbox.take(SOON)).contains(new SiteEvent.Refused("site-" + i, "reason " + i));
    }
    assertThat(mailbox.take(Duration.ZERO)).isEmpty();
    assertThat(mailbox.take(Duration.ofMillis(-5))).isEmpty();
  }

  /// 300 chunks of no size: 256 fit, the rest are held back until some are read, none is lost.
  @Test
  void whoUploadsFasterThanIsReadIsHeldBackAndLosesNothing() throws Exception {
    Mailbox mailbox = new Mailbox();
    AtomicInteger sent = new AtomicInteger();
    Thread sender = flood(mailbox, 300, i -> chunk("a", i, 0), sent);
    for (int i = 0; i < 300; i++) {
      assertThat(sent.get()).isLessThanOrEqualTo(i + 256);
      assertThat(mailbox.take(SOON)).contains(chunk("a", i, 0));
    }
    sender.join();
    assertThat(sent).hasValue(300);
  }

  /// 100 chunks of 4 MiB, the largest message: 16 fill 64 MiB. All of them at once would be more
  /// than half of this JVM's heap.
  @Test
  void largeChunksAreBoundedByTheirBytes() throws Exception {
    Mailbox mailbox = new Mailbox();
    AtomicInteger sent = new AtomicInteger();
    Thread sender = flood(mailbox, 100, i -> chunk("a", i, 4 << 20), sent);
    for (int i = 0; i < 100; i++) {
      assertThat(sent.get()).isLessThanOrEqualTo(i + 16);
      assertThat(mailbox.take(SOON)).isPresent();
    }
    sender.join();
  }

  /// One site's messages: 32, or 8 MiB of them.
  @ParameterizedTest
  @CsvSource({"0, 32", "4194304, 2"})
  void aSiteThatSaysMoreThanItMayIsHeldBackAndLosesNothing(int size, int most) throws Exception {
    Mailbox mailbox = new Mailbox();
    AtomicInteger sent = new AtomicInteger();
    Thread sender = flood(mailbox, 100, _ -> payload("a", size), sent);
    for (int i = 0; i < 100; i++) {
      assertThat(sent.get()).isLessThanOrEqualTo(i + most);
      assertThat(mailbox.take(SOON)).isPresent();
    }
    sender.join();
    assertThat(sent).hasValue(100);
  }

  /// Others have filled all that there is for messages and for uploads; nothing is read.
  @Test
  void aSitesOnlyMessageIsNeverHeldBackByOthers() throws Exception {
    Mailbox mailbox = new Mailbox();
    AtomicInteger sent = new AtomicInteger();
    for (int site = 0; site < 12; site++) {
      String name = "greedy-" + site;
      flood(mailbox, 10, _ -> payload(name, 4 << 20), sent);
    }
    flood(mailbox, 1000, i -> chunk("greedy", i, 0), sent);
    for (int i = 0; i < 120; i++) {
      String name = "site-" + i;
      Thread honest = flood(mailbox, 1, _ -> payload(name, 1), new AtomicInteger());
      assertThat(honest.join(SOON)).isTrue();
    }
    mailbox.close();
  }

  /// News of connections always go in, and a site that comes and goes ten thousand times meanwhile
  /// fills nothing.
  @Test
  void aSiteThatComesAndGoesWhileNobodyReadsFillsNothing() throws Exception {
    Mailbox mailbox = new Mailbox();
    SiteLink last = null;
    for (int i = 0; i < 10_000; i++) {
      last = new SiteDirectoryTest.Link("a", new Incarnation(1, i));
      mailbox.put(new SiteEvent.Arrived(last));
      mailbox.put(new SiteEvent.Leaving(last));
      mailbox.put(new SiteEvent.Gone(last));
    }
    last = new SiteDirectoryTest.Link("a", new Incarnation(2, 0));
    mailbox.put(new SiteEvent.Arrived(last));
    List<SiteEvent> heard = new ArrayList<>();
    for (Optional<SiteEvent> e = mailbox.take(Duration.ZERO); e.isPresent(); ) {
      heard.add(e.get());
      e = mailbox.take(Duration.ZERO);
    }
    assertThat(heard).hasSizeLessThan(25).endsWith(new SiteEvent.Arrived(last));
    // what is heard of a connection is heard to its end
    assertThat(heard.stream().filter(SiteEvent.Arrived.class::isInstance))
        .hasSize((int) heard.stream().filter(SiteEvent.Gone.class::isInstance).count() + 1);
  }

  @Test
  void closingReleasesWhoeverIsHeldBackAndDropsTheRest() throws Exception {
    Mailbox mailbox = new Mailbox();
    AtomicInteger sent = new AtomicInteger();
    Thread sender = flood(mailbox, 1000, i -> chunk("a", i, 0), sent);
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

  private static SiteEvent payload(String site, int bytes) {
    return new SiteEvent.Payload(site, "train-1", new byte[bytes]);
  }

  private static SiteEvent chunk(String site, int index, int bytes) {
    return new SiteEvent.Chunk(site, "train-1", index, bytes == 0 ? NOTHING : new byte[bytes]);
  }

  private static Thread flood(
      Mailbox mailbox, int events, IntFunction<SiteEvent> event, AtomicInteger sent) {
    return Thread.ofVirtual()
        .start(
            () -> {
              for (int i = 0; i < events; i++) {
                mailbox.put(event.apply(i));
                sent.incrementAndGet();
              }
            });
  }
}
