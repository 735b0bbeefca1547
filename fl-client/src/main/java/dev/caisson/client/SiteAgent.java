package dev.caisson.client;

import dev.caisson.client.grpc.Backoff;
import dev.caisson.client.grpc.Calling;
import dev.caisson.client.grpc.CoordinatorLink;
import dev.caisson.client.grpc.Line;
import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.client.ledger.RoundRecords;
import dev.caisson.client.round.Scratch;
import dev.caisson.client.round.SiteRoundRunner;
import dev.caisson.client.study.KnownResearchers;
import dev.caisson.client.study.StudyAdmission;
import dev.caisson.client.training.TrainingPlace;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.SplitKey;
import dev.caisson.dataset.Table;
import dev.caisson.protocol.enrol.Renewal;
import dev.caisson.protocol.operations.Check;
import dev.caisson.protocol.operations.Meters;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.StoredKeys;
import dev.caisson.runtime.device.Devices;
import dev.caisson.runtime.train.Engine;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.Roster;
import dev.caisson.trust.WholeFile;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A site: reads and checks its table once, then keeps a conversation with the coordinator open,
/// dialling again when it ends. Each study has a thread of its own ([StudyDesk]); the wire's
/// threads only hand over.
public final class SiteAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SiteAgent.class);

  /// Entries of a summed vector beside the parameters: metrics, or an audit's counts.
  private static final int MOST_FIGURES = 4096;

  /// Another process with this site's identity is not gone in a second.
  private static final Duration DISPLACED_PAUSE = Duration.ofMinutes(1);

  /// A coordinator's notices do not fill this site's log.
  private static final Duration NOTICE_PAUSE = Duration.ofMinutes(1);

  private final Calling calling;
  private final Renewal renewal;
  private final String name;
  private final SecureRandom random;
  private final Line line = new Line();
  private final Desks desks;
  private final EgressLedger ledger;
  private final Backoff backoff;
  private final Seldom notices = new Seldom(NOTICE_PAUSE);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean closed;
  private @Nullable CoordinatorLink link;

  /// Opens the site whose home this is. Anything wrong with its settings, keys or table is an
  /// exception whose message says what, where, and what to do; nothing has been sent then.
  ///
  /// @param engines the engine of the name that a plan gives
  public static SiteAgent open(Path home, Function<String, Engine> engines, Clock clock)
      throws IOException, BadYamlException, BadTableException, MalformedException {
    return open(home, engines, Devices.ofThisHost(), clock);
  }

  /// The same on these devices.
  public static SiteAgent open(
      Path home, Function<String, Engine> engines, Devices devices, Clock clock)
      throws IOException, BadYamlException, BadTableException, MalformedException {
    SiteSettings settings = SiteSettings.read(home);
    WholeFile.removeOldDrafts(home);
    StoredKeys stored = StoredKeys.load(home.resolve("keys"));
    KeyFiles keys = stored.now();
    DatasetDescription dataset = DatasetDescription.read(settings.dataset());
    Table table = Table.read(settings.table(), dataset);
    LOG.info("{}", table.describe());
    Roster roster = Roster.read(home.resolve("federation.roster"));
    Identity coordinator = Identity.read(home.resolve("coordinator.identity"));
    SplitKey secret = SplitKey.load(home.resolve("split.key"));
    EgressLedger ledger =
        EgressLedger.open(
            home.resolve("ledger.jsonl"), clock, keys.self().name(), keys.identity().identity());
    Scratch.clear(ledger);
    if (ledger.journal().halted().isPresent()) {
      LOG.error(
          "this site is halted: others saw its journal further than it knows; see 'caisson site"
              + " rounds', then 'caisson site resume'");
    }
    SiteRoundRunner.Site site =
        new SiteRoundRunner.Site(
            keys.self().name(),
            keys.identity(),
            new SitePolicy(
                roster,
                coordinator,
                settings.policy().colluding(),
                settings.policy().honest(),
                Math.addExact(settings.policy().maximumParameters(), MOST_FIGURES),
                Double.MAX_VALUE,
                settings.policy().allowTotalWeights(),
                settings.policy().signatures()),
            ledger,
            new RoundRecords(home.resolve("ledger.jsonl")),
            settings.policy().acceptsUnverifiedSums(),
            secret,
            new SecureRandom(),
            settings.threads());
    StudyAdmission admission =
        new StudyAdmission(
            keys.self().name(),
            settings.policy(),
            dataset.digest(),
            dataset.features().width(),
            table.samples(),
            secret,
            new KnownResearchers(home.resolve(KnownResearchers.FILE)));
    TrainingPlace place = new TrainingPlace(engines, devices, settings.device());
    Calling calling =
        new Calling(
            settings.coordinatorHost(),
            settings.coordinatorPort(),
            stored,
            settings.line().dialling(System.getenv(), settings.coordinatorHost()),
            site.random());
    Renewal renewal = Renewal.start(stored, calling.issuer(), clock);
    return new SiteAgent(calling, renewal, site, admission, place);
  }

  private SiteAgent(
      Calling calling,
      Renewal renewal,
      SiteRoundRunner.Site site,
      StudyAdmission admission,
      TrainingPlace place) {
    this.calling = calling;
    this.renewal = renewal;
    this.name = site.name();
    this.random = site.random();
    this.ledger = site.ledger();
    this.backoff = new Backoff(random);
    this.desks = new Desks(site, admission, place, line, Desks.UNCLAIMED, Desks.REST);
  }

  public String name() {
    return name;
  }

  /// Serves until closed: dials, talks, and dials again after a pause that grows while nobody
  /// answers. Studies and their rounds go on over all these connections.
  public void run() throws InterruptedException {
    while (!closed) {
      Conversation conversation = new Conversation();
      try {
        talk(conversation);
      } catch (IOException e) {
        conversation.reason = "not to be dialled: " + e.getMessage();
      } catch (RuntimeException e) {
        LOG.error("a conversation with the coordinator failed", e); // the next one may go well
        conversation.reason = "not to be talked to: " + e;
      }
      if (!closed) {
        pause(conversation);
      }
    }
  }

  private void talk(Conversation conversation) throws IOException, InterruptedException {
    CoordinatorLink opened = CoordinatorLink.open(calling, conversation);
    try {
      conversation.link.complete(opened);
      synchronized (this) {
        link = opened;
      }
      long interval = opened.interval().toMillis();
      while (!closed && !conversation.over.await(interval, TimeUnit.MILLISECONDS)) {
        opened.heartbeat();
        desks.sweep();
      }
    } finally {
      line.down(opened);
      desks.disconnected();
      opened.close();
    }
  }

  private void pause(Conversation conversation) throws InterruptedException {
    if (conversation.welcome) {
      backoff.reset();
    }
    Duration pause = backoff.next();
    if (conversation.displaced) {
      pause = pause.plus(DISPLACED_PAUSE);
      LOG.error(
          "two processes run with the identity of site '{}': {}; dialling again in {} s",
          name,
          conversation.reason,
          pause.toSeconds());
    } else {
      LOG.warn(
          "the coordinator at {} is {}; dialling again in {} ms (attempt {})",
          calling,
          conversation.reason,
          pause.toMillis(),
          backoff.attempts());
    }
    desks.sweep();
    ended.await(pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// One conversation; studies and rounds outlive it.
  private final class Conversation implements SiteDesk {
    final CountDownLatch over = new CountDownLatch(1);
    final CompletableFuture<CoordinatorLink> link = new CompletableFuture<>();
    volatile boolean welcome;
    volatile boolean displaced;
    volatile String reason = "";

    @Override
    public void welcomed(String coordinator) {
      welcome = true;
      LOG.info("connected to the coordinator as site '{}'", name);
      desks.connected(coordinator);
      line.up(link.join());
    }

    @Override
    public void offered(String study, SignedPlan plan) {
      desks.offered(study, plan);
    }

    @Override
    public void roundMessage(String study, String round, byte[] payload) {
      desks.message(study, round, payload);
    }

    @Override
    public void roundEnded(String study, String round, boolean completed, String why) {
      desks.roundEnded(study, round, completed, why);
    }

    @Override
    public void studyEnded(String study, String why) {
      desks.studyEnded(study, why);
    }

    @Override
    public void noticed(String text) {
      if (notices.isDue()) {
        LOG.error("the coordinator says: {}", text);
      }
    }

    @Override
    public void disconnected(String why, boolean byAnother) {
      reason = why;
      displaced = byAnother;
      over.countDown();
    }
  }

  /// Ends well: nothing new is begun, and a round that is being answered is answered, if that takes
  /// no longer than this; the coordinator is told that the site leaves.
  public void drain(Duration atMost) throws InterruptedException {
    desks.drain();
    line.leaving();
    long until = System.nanoTime() + atMost.toNanos();
    while (desks.isAnswering() && System.nanoTime() - until < 0) {
      Thread.sleep(50);
    }
  }

  /// Counts what happens from now on.
  public void measure(Meters meters) {
    meters.gauge("studies", "Studies that this site takes part in, or looks at", desks::size);
    meters.gauge("connected", "1 while the coordinator is reached", () -> line.isUp() ? 1 : 0);
  }

  /// What it needs to work.
  public List<Check> checks() {
    return List.of(
        line.isUp()
            ? Check.good("coordinator", "connected")
            : Check.bad("coordinator", "not reached; the log says why"),
        ledger.isBroken()
            ? Check.bad(
                "ledger",
                "a line could not be written (is the disk full?) and nothing is sent any more: make"
                    + " room, then restart the agent")
            : Check.good("ledger", "is written"),
        ledger.journal().halted().isPresent()
            ? Check.bad("journal", "halted; see 'caisson site rounds', then 'caisson site resume'")
            : Check.good("journal", "goes on"));
  }

  /// How many studies have a desk here, for those who look for leaks.
  int studies() {
    return desks.size();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    ended.countDown();
    renewal.close();
    line.close();
    desks.close();
    synchronized (this) {
      if (link != null) {
        link.close();
      }
    }
    ledger.close();
  }
}
