package dev.caisson.cli.people;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.airlock.policy.AssessorHome;
import dev.caisson.airlock.policy.Policy;
import dev.caisson.airlock.policy.PolicyComparison;
import dev.caisson.airlock.policy.PolicyFile;
import dev.caisson.airlock.policy.SignedPolicy;
import dev.caisson.airlock.policy.Standing;
import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.run.Group;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `caisson airlock policy`: the rules by which assessments are ruled.
@Command(
    name = "policy",
    description = "Write, check and sign the policy that decides what an assessment says.",
    subcommands = {
      PolicyCommand.Print.class,
      PolicyCommand.CheckFile.class,
      PolicyCommand.Sign.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class PolicyCommand extends Group {
  /// A policy that is valid, and that no release can rest on yet.
  private static final int UNSIGNED = 3;

  /// The policy file, and the home that says whose signature counts.
  static final class PolicyArguments {
    @Parameters(paramLabel = "FILE", description = "The policy.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(
        names = "--home",
        paramLabel = "DIR",
        description =
            "The airlock's folder, which says whose policies count here; only the environment's "
                + "staff should be able to write to it. Otherwise .caisson-airlock beside the policy.")
    private @Nullable Path home;

    Path file() {
      return file;
    }

    AssessorHome home() {
      return AssessorHome.at(home != null ? home : file.resolveSibling(AssessorHome.USUAL_NAME));
    }
  }

  /// `caisson airlock policy print`.
  @Command(name = "print", description = "Print the default policy, to start from.")
  static final class Print implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      out.print(new String(Policy.standardText(), StandardCharsets.UTF_8));
      out.flush();
      return 0;
    }
  }

  /// `caisson airlock policy check`.
  @Command(
      name = "check",
      description =
          "Check a policy: every number, where it comes from, what is looser than the default, and "
              + "whose signature it has. Exit code 0 if it is valid and signed, 3 if it is valid "
              + "and not signed, 1 if it is not valid.")
  static final class CheckFile implements Callable<Integer> {
    @Mixin private final Answer answer = new Answer();

    @Mixin private final PolicyArguments arguments = new PolicyArguments();

    @Override
    public Integer call() throws IOException, CommandFailure {
      try {
        PolicyFile read = PolicyFile.read(arguments.file(), trusted(arguments.home()));
        answer.give(PolicyReport.object(read), PolicyReport.of(read));
        return read.standing() instanceof Standing.Signed ? 0 : UNSIGNED;
      } catch (BadYamlException e) {
        throw new CommandFailure(String.valueOf(e.getMessage()), e);
      }
    }
  }

  /// `caisson airlock policy sign`.
  @Command(
      name = "sign",
      description =
          "Check a policy and sign it: FILE.sig is written beside it. The key is made at the first "
              + "use and stays in the home.")
  static final class Sign implements Callable<Integer> {
    @Mixin private final Answer answer = new Answer();

    @Mixin private final PolicyArguments arguments = new PolicyArguments();

    @Override
    public Integer call() throws IOException, CommandFailure {
      try {
        byte[] bytes = PolicyFile.bytes(arguments.file());
        Policy policy = Policy.parse(arguments.file().toString(), bytes);
        AssessorHome.Signer signer = arguments.home().signer();
        Path beside = PolicyFile.signatureOf(arguments.file());
        write(beside, SignedPolicy.sign(bytes, signer.key(), Clock.systemUTC().instant()));
        List<String> words = new ArrayList<>();
        if (signer.fresh()) {
          words.add(
              "made a key in %s; keep it secret, and back it up"
                  .formatted(arguments.home().folder()));
        }
        words.add(
            "signed '%s' revision %d: %s".formatted(policy.name(), policy.revision(), beside));
        words.add("signer " + signer.key().identity().fingerprint());
        List<String> loosened = PolicyComparison.loosened(policy, Policy.standard());
        if (!loosened.isEmpty()) {
          words.add("looser than the default:");
          loosened.forEach(line -> words.add("  " + line));
        }
        ObjectNode json =
            Answer.object()
                .put("name", policy.name())
                .put("revision", policy.revision())
                .put("signature", beside.toString())
                .put("signer", signer.key().identity().fingerprint().toString())
                .put("madeKey", signer.fresh());
        loosened.forEach(json.putArray("loosened")::add);
        answer.give(json, words);
        return 0;
      } catch (BadYamlException e) {
        throw new CommandFailure("not signed: " + e.getMessage(), e);
      } catch (MalformedException e) {
        throw new CommandFailure(
            "not signed: %s cannot be used: %s"
                .formatted(arguments.home().folder(), e.getMessage()),
            e);
      }
    }

    private static void write(Path file, byte[] content) throws IOException {
      Path draft = file.resolveSibling("." + file.getFileName() + ".part");
      Files.write(draft, content);
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static Optional<Identity> trusted(AssessorHome home) throws IOException, CommandFailure {
    try {
      return home.trustedSigner();
    } catch (MalformedException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }
}
