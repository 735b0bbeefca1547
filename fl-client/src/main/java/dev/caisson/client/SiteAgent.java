package dev.caisson.client;

import dev.caisson.client.grpc.CoordinatorLink;
import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.client.ledger.RoundRecords;
import dev.caisson.client.round.SiteRoundRunner;
import dev.caisson.client.study.StudyAdmission;
import dev.caisson.client.training.TrainingPlace;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.SplitKey;
import dev.caisson.dataset.Table;
import dev.caisson.protocol.enrol.RemoteIssuer;
import dev.caisson.protocol.enrol.Renewal;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.StoredKeys;
import dev.caisson.runtime.device.Devices;
import dev.caisson.runtime.train.Engine;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.Roster;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A site: reads and checks its table once, then keeps a conversation with the coordinator open,
/// dialling again when it ends. Each study has a thread of its own ([StudyDesk]); the wire's
/// threads only hand over.
public final class SiteAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SiteAgent.class);
  private static final int MOST_STUDIES = 16;

  /// Entries of a summed vector beside the parameters: metrics, or an audit's counts.
  private static final int MOST_FIGURES = 4096;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  private final SiteSettings settings;
  private final StoredKeys keys;
  private final Renewal renewal;
  private final SiteRoundRunner.Site site;
  private final StudyAdmission admission;
  private final TrainingPlace place;
  private final Map<String, StudyDesk> desks = new HashMap<>();
  private final EgressLedger ledger;
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
    StoredKeys stored = StoredKeys.load(home.resolve("keys"));
    KeyFiles keys = stored.now();
    DatasetDescription dataset = DatasetDescription.read(settings.dataset());
    Table table = Table.read(settings.table(), dataset);
    LOG.info("{}", table.describe());
    Roster roster = Roster.decode(Files.readAllBytes(home.resolve("federation.roster")));
    Identity coordinator =
        Identity.decode(Files.readAllBytes(home.resolve("coordinator.identity")));
    SplitKey secret = SplitKey.load(home.resolve("split.key"));
    EgressLedger ledger =
        EgressLedger.open(
            home.resolve("ledger.jsonl"), clock, keys.self().name(), keys.identity().identity());
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
            secret);
    TrainingPlace place = new TrainingPlace(engines, devices, settings.device());
    return new SiteAgent(settings, stored, site, admission, place, ledger, clock);
  }

  private SiteAgent(
      SiteSettings settings,
      StoredKeys keys,
      SiteRoundRunner.Site site,
      StudyAdmission admission,
      TrainingPlace place,
      EgressLedger ledger,
      Clock clock) {
    this.settings = settings;
    this.keys = keys;
    this.renewal =
        Renewal.start(
            keys,
            new RemoteIssuer(settings.coordinatorHost(), settings.coordinatorPort(), keys),
            clock);
    this.site = site;
    this.admission = admission;
    this.place = place;
    this.ledger = ledger;
  }

  public String name() {
    return site.name();
  }

  /// Serves until closed: dials, talks, and dials again after a pause that grows while nobody
  /// answers.
  public void run() throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (!closed) {
      Conversation conversation = new Conversation();
      try {
        CoordinatorLink opened =
            CoordinatorLink.open(
                settings.coordinatorHost(), settings.coordinatorPort(), keys, conversation);
        conversation.link.complete(opened);
        synchronized (this) {
          link = opened;
        }
        conversation.over.await();
        opened.close();
        if (conversation.welcome) {
          pause = FIRST_PAUSE;
        }
        if (!closed) {
          LOG.warn(
              "the coordinator at {}:{} is {}; dialling again in {} ms",
              settings.coordinatorHost(),
              settings.coordinatorPort(),
              conversation.reason,
              pause.toMillis());
        }
      } catch (IOException e) {
        LOG.warn("cannot dial: {}", e.getMessage());
      }
      if (!closed) {
        Thread.sleep(pause);
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    }
  }

  /// One conversation; its rounds end with it.
  private final class Conversation implements SiteDesk {
    final CountDownLatch over = new CountDownLatch(1);
    final CompletableFuture<CoordinatorLink> link = new CompletableFuture<>();
    volatile boolean welcome;
    volatile String reason = "";

    @Override
    public void welcomed() {
      welcome = true;
      LOG.info("connected to the coordinator as site '{}'", site.name());
    }

    @Override
    public void offered(String study, byte[] plan, Digest dataset, Digest model) {
      CoordinatorLink from = link.join();
      synchronized (desks) {
        if (!desks.containsKey(study) && desks.size() >= MOST_STUDIES && !makeRoom(from)) {
          tooMany(study, from);
          return;
        }
        desks
            .computeIfAbsent(study, name -> new StudyDesk(name, site, admission, place))
            .offered(plan, model, from);
      }
    }

    /// Clears a desk that nobody needs: of a study that was refused, or that this conversation has
    /// not named, because the coordinator that knew it is gone.
    private boolean makeRoom(CoordinatorLink current) {
      for (Map.Entry<String, StudyDesk> desk : desks.entrySet()) {
        if (desk.getValue().isIdle(current)) {
          desk.getValue().close();
          desks.remove(desk.getKey());
          return true;
        }
      }
      return false;
    }

    private void tooMany(String study, CoordinatorLink from) {
      String reason = "this site takes part in %d studies at a time".formatted(MOST_STUDIES);
      LOG.warn("study '{}' is not looked at: {}", study, reason);
      try {
        from.refuse(study, reason);
      } catch (IOException e) {
        LOG.warn("study '{}': {}", study, e.getMessage());
      }
    }

    @Override
    public void roundMessage(String study, String round, byte[] payload) {
      find(study, desk -> desk.message(round, payload));
    }

    @Override
    public void roundEnded(String study, String round, boolean completed, String why) {
      find(study, desk -> desk.roundEnded(round, completed, why));
    }

    @Override
    public void studyEnded(String study, String why) {
      LOG.info("study '{}' is over: {}", study, why);
      synchronized (desks) {
        StudyDesk desk = desks.remove(study);
        if (desk != null) {
          desk.close();
        }
      }
    }

    @Override
    public void disconnected(String why) {
      reason = why;
      // A study that goes on is offered again and judged alike; one that has ended meanwhile, or
      // with a coordinator that is no more, would keep its thread and its engine for good.
      synchronized (desks) {
        desks.values().forEach(StudyDesk::close);
        desks.clear();
      }
      over.countDown();
    }

    private void find(String study, Consumer<StudyDesk> action) {
      synchronized (desks) {
        StudyDesk desk = desks.get(study);
        if (desk != null) {
          action.accept(desk);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    renewal.close();
    synchronized (desks) {
      desks.values().forEach(StudyDesk::close);
      desks.clear();
    }
    synchronized (this) {
      if (link != null) {
        link.close();
      }
    }
    ledger.close();
  }
}
