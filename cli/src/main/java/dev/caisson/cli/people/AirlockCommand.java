package dev.caisson.cli.people;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.airlock.review.InternalReason;
import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.enrol.AirlockRosterCommand;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.AirlockClient;
import dev.caisson.cli.progress.TextTable;
import dev.caisson.cli.run.AirlockServe;
import dev.caisson.cli.run.Group;
import dev.caisson.protocol.tls.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `caisson airlock`: the process, and what reviewers and researchers ask of it.
@Command(
    name = "airlock",
    description = "Run the airlock, review candidates, fetch what was released.",
    subcommands = {
      AirlockServe.class,
      AirlockRosterCommand.class,
      AirlockCommand.Listing.class,
      AirlockCommand.Dossier.class,
      AirlockCommand.Decide.class,
      AirlockCommand.Fetch.class,
      AssessCommand.class,
      PolicyCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class AirlockCommand extends Group {
  private static final int SALT = 32;

  /// A state's or verdict's name as people read it.
  private static String words(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /// `caisson airlock list`.
  @Command(name = "list", description = "Show candidates and where they stand.")
  static final class Listing implements Callable<Integer> {
    @Mixin private final PersonHome me = new PersonHome();
    @Mixin private final Answer answer = new Answer();

    @Override
    public Integer call() throws IOException, CommandFailure {
      try (AirlockClient airlock = new AirlockClient(Desk.open(me.path()))) {
        List<AirlockClient.Status> candidates = airlock.list();
        ObjectNode json = Answer.object();
        ArrayNode list = json.putArray("candidates");
        TextTable table = new TextTable("candidate", "submitter", "state", "verdict");
        for (AirlockClient.Status c : candidates) {
          table.row(c.candidate(), c.submitter(), words(c.state()), words(c.verdict()));
          list.addObject()
              .put("candidate", c.candidate())
              .put("submitter", c.submitter())
              .put("state", c.state())
              .put("verdict", c.verdict())
              .put("why", c.why());
        }
        answer.give(json, candidates.isEmpty() ? "no candidates" : table.toString());
        return 0;
      }
    }
  }

  /// `caisson airlock dossier`.
  @Command(name = "dossier", description = "Save a candidate's full dossier; reviewers only.")
  static final class Dossier implements Callable<Integer> {
    @Mixin private final PersonHome me = new PersonHome();
    @Mixin private final Answer answer = new Answer();

    @Parameters(paramLabel = "CANDIDATE", description = "The candidate's name.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String candidate;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "DIR",
        description = "Where dossier.json and dossier.html go.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Override
    public Integer call() throws IOException, CommandFailure {
      try (AirlockClient airlock = new AirlockClient(Desk.open(me.path(), Role.REVIEWER))) {
        AirlockClient.Case read = airlock.dossier(candidate);
        Files.createDirectories(out);
        Files.write(out.resolve("dossier.json"), read.dossier().json());
        Files.write(out.resolve("dossier.html"), read.html());
        answer.give(
            Answer.object()
                .put("candidate", candidate)
                .put("verdict", read.dossier().verdict().words())
                .put("attempt", read.attempt())
                .put("model", read.model().toString())
                .put("dossier", out.resolve("dossier.json").toString())
                .put("page", out.resolve("dossier.html").toString())
                .put("digest", read.dossierDigest().toString()),
            "verdict: " + read.dossier().verdict().words(),
            out.resolve("dossier.html").toString());
        return 0;
      }
    }
  }

  /// `caisson airlock decide`.
  @Command(
      name = "decide",
      description = "Sign and send your decision on a candidate; reviewers only.")
  static final class Decide implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin private final PersonHome me = new PersonHome();
    @Mixin private final Answer answer = new Answer();

    @Parameters(paramLabel = "CANDIDATE", description = "The candidate's name.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String candidate;

    @Option(names = "--approve", description = "Let it out.")
    private boolean approve;

    @Option(names = "--refuse", description = "Keep it in.")
    private boolean refuse;

    @Option(
        names = "--reason",
        required = true,
        paramLabel = "TEXT",
        description = "Why, for everybody: it is published with the release.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String reason;

    @Option(
        names = "--internal-reason",
        paramLabel = "TEXT",
        description = "Why, for the airlock alone (default: the public reason).")
    private @Nullable String internalReason;

    @Override
    public Integer call() throws IOException, CommandFailure {
      if (approve == refuse) {
        throw new ParameterException(spec.commandLine(), "say either --approve or --refuse");
      }
      byte[] salt = new byte[SALT];
      new SecureRandom().nextBytes(salt);
      try (AirlockClient airlock = new AirlockClient(Desk.open(me.path(), Role.REVIEWER))) {
        AirlockClient.Decided decided =
            airlock.decide(
                airlock.dossier(candidate),
                approve,
                reason,
                new InternalReason(internalReason == null ? reason : internalReason, salt),
                Clock.systemUTC().instant());
        if (!decided.counted()) {
          throw new CommandFailure("the decision does not count: " + decided.text());
        }
        answer.give(
            Answer.object()
                .put("candidate", candidate)
                .put("approve", approve)
                .put("state", decided.state())
                .put("text", decided.text()),
            words(decided.state()) + ": " + decided.text());
        return 0;
      }
    }
  }

  /// `caisson airlock fetch`.
  @Command(name = "fetch", description = "Fetch a released bundle into a new folder.")
  static final class Fetch implements Callable<Integer> {
    @Mixin private final PersonHome me = new PersonHome();
    @Mixin private final Answer answer = new Answer();

    @Parameters(paramLabel = "CANDIDATE", description = "The candidate's name.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String candidate;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "A new folder.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Override
    public Integer call() throws IOException, CommandFailure {
      try (AirlockClient airlock = new AirlockClient(Desk.open(me.path()))) {
        airlock.fetch(candidate, out);
        answer.give(
            Answer.object().put("candidate", candidate).put("folder", out.toString()),
            "fetched; check it with: caisson verify " + out);
        return 0;
      }
    }
  }
}
