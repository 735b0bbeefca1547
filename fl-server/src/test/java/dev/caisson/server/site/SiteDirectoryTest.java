package dev.caisson.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.study.SignedPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Connections and processes of one site.
final class SiteDirectoryTest {
  private final SiteDirectory sites = new SiteDirectory();
  private final Mailbox mailbox = new Mailbox();

  private static Link link(long process) {
    return new Link("a", new Incarnation(process, 0));
  }

  @Test
  void aProcessThatConnectsAgainReplacesItsOwnConversation() {
    Link first = link(1);
    Link second = link(1);
    assertThat(sites.arrived(first)).isEmpty();
    assertThat(sites.arrived(second)).isEmpty();
    assertThat(first.heard).containsExactly("closed: the site has connected again");
    assertThat(sites.connected()).containsEntry("a", second);
  }

  @Test
  void aNewProcessTakesTheSitesPlaceAndTheOldOneIsToldWhy() {
    Link old = link(1);
    sites.arrived(old);
    assertThat(sites.arrived(link(2))).isEmpty();
    assertThat(old.heard).singleElement().asString().startsWith("displaced: another process");
  }

  /// They connect in turns, as two agents do that both dial again whenever they were cut off. The
  /// newer one stays, whatever the other does, and no study hears of more than that.
  @Test
  void ofTwoProcessesThatBothStayTheNewerOneIsKeptAndBothAreTold() throws Exception {
    sites.subscribe("study", List.of("a", "b", "c"), mailbox);
    Link older = link(1);
    Link newer = link(2);
    sites.arrived(older);
    sites.arrived(newer);
    sites.gone(older);
    for (int i = 0; i < 20; i++) {
      Link again = link(1);
      assertThat(sites.arrived(again)).hasValueSatisfying(text -> assertThat(text).contains("two"));
      assertThat(again.heard).isEmpty();
    }
    assertThat(sites.connected()).containsEntry("a", newer);
    assertThat(newer.heard)
        .hasSize(20)
        .allMatch(text -> text.startsWith("warned: another process"));
    List<SiteEvent> events = new ArrayList<>();
    for (Optional<SiteEvent> e = mailbox.take(Duration.ZERO); e.isPresent(); ) {
      events.add(e.get());
      e = mailbox.take(Duration.ZERO);
    }
    assertThat(events)
        .containsExactly(
            new SiteEvent.Arrived(older), new SiteEvent.Arrived(newer), new SiteEvent.Gone(older));
  }

  @Test
  void aStudyHearsNothingFromSitesThatAreNotInItsPlan() throws Exception {
    sites.subscribe("study", List.of("b", "c", "d"), mailbox);
    sites.arrived(link(1));
    assertThat(sites.deliver("study", new SiteEvent.Checked("a", "train-1"))).isFalse();
    assertThat(mailbox.take(Duration.ZERO)).isEmpty();
    SiteEvent own = new SiteEvent.Checked("b", "train-1");
    assertThat(sites.deliver("study", own)).isTrue();
    assertThat(mailbox.take(Duration.ZERO)).contains(own);
  }

  /// One study computes and reads nothing; its sites upload to it and say what they have to say.
  /// Another study of the same sites hears of everything meanwhile.
  @Test
  void aStudyThatDoesNotReadHoldsUpNoOther() throws Exception {
    Mailbox slow = new Mailbox();
    sites.subscribe("slow", List.of("a", "b", "c"), slow);
    sites.subscribe("quick", List.of("a", "b", "c"), mailbox);
    CountDownLatch full = new CountDownLatch(256);
    Thread upload =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; i < 1000; i++) {
                    sites.deliver("slow", new SiteEvent.Chunk("b", "train-1", i, new byte[] {1}));
                    full.countDown();
                  }
                });
    assertThat(full.await(30, TimeUnit.SECONDS)).isTrue();
    Link link = link(1);
    List<SiteEvent> said =
        List.of(
            new SiteEvent.Payload("a", "train-1", new byte[] {1}),
            new SiteEvent.Checked("a", "train-1"));
    Thread conversation =
        Thread.ofVirtual()
            .start(
                () -> {
                  sites.arrived(link);
                  said.forEach(event -> sites.deliver("slow", event));
                  said.forEach(event -> sites.deliver("quick", event));
                  sites.leaving(link);
                  sites.gone(link);
                });
    List<SiteEvent> heard = new ArrayList<>();
    while (heard.size() < 5) {
      heard.add(mailbox.take(Duration.ofSeconds(30)).orElseThrow());
    }
    assertThat(heard)
        .containsExactly(
            new SiteEvent.Arrived(link),
            said.getFirst(),
            said.getLast(),
            new SiteEvent.Leaving(link),
            new SiteEvent.Gone(link));
    conversation.join();
    assertThat(upload.isAlive()).as("is held back at its own call").isTrue();
    slow.close();
    upload.join();
  }

  @Test
  void theOlderProcessMayComeBackWhenTheNewerOneIsGone() {
    Link newer = link(2);
    sites.arrived(link(1));
    sites.arrived(newer);
    sites.gone(newer);
    Link back = link(1);
    assertThat(sites.arrived(back)).isEmpty();
    assertThat(sites.connected()).containsEntry("a", back);
    assertThat(sites.arrived(link(2))).as("and gives way again").isEmpty();
  }

  /// However many processes a site claims to have, 16 are remembered.
  @Test
  void processesThatCameBeforeManyOthersCountAsNew() {
    for (int i = 1; i <= 40; i++) {
      assertThat(sites.arrived(link(i))).isEmpty();
    }
    assertThat(sites.arrived(link(39))).isPresent();
    assertThat(sites.arrived(link(1))).isEmpty();
  }

  /// A site's conversation that writes down what it is told.
  static final class Link implements SiteLink {
    private final String site;
    private final Incarnation incarnation;
    final List<String> heard = new ArrayList<>();

    Link(String site, Incarnation incarnation) {
      this.site = site;
      this.incarnation = incarnation;
    }

    @Override
    public String site() {
      return site;
    }

    @Override
    public Incarnation incarnation() {
      return incarnation;
    }

    @Override
    public void offer(String study, SignedPlan plan) {
      heard.add("offer");
    }

    @Override
    public void round(String study, String round, byte[] payload) {
      heard.add("round");
    }

    @Override
    public void roundEnded(String study, String round, boolean completed, String reason) {
      heard.add("round ended");
    }

    @Override
    public void studyEnded(String study, String reason) {
      heard.add("study ended");
    }

    @Override
    public void warn(String text) {
      heard.add("warned: " + text);
    }

    @Override
    public void displace(String reason) {
      heard.add("displaced: " + reason);
    }

    @Override
    public void close(String reason) {
      heard.add("closed: " + reason);
    }
  }
}
