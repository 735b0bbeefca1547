package dev.caisson.cli.custody;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.client.ledger.RoundHistory.Round;
import dev.caisson.secagg.check.Finding;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `caisson site verify-round`.
@Command(
    name = "verify-round",
    description =
        "Check again that a round's sum is that of the masked vectors its sites signed, from this"
            + " site's ledger and what it keeps of its newest training rounds. Nothing is sent or"
            + " changed.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the sum is verified",
      "1:it could not be tried",
      "2:wrong arguments",
      "3:unverified: something is missing, which is not a pass",
      "4:wrong: somebody signed what is not so"
    })
public final class VerifyRoundCommand implements Callable<Integer> {
  private static final int UNVERIFIED = 3;
  private static final int WRONG = 4;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final SiteHome home = new SiteHome();

  @Option(
      names = "--study",
      required = true,
      paramLabel = "NAME",
      description = "The study, as 'caisson site rounds' shows it.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String study;

  @Option(
      names = "--round",
      required = true,
      paramLabel = "NAME",
      description = "The round, as 'caisson site rounds' shows it.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String round;

  @Option(
      names = "--manifest",
      paramLabel = "DIGEST",
      description = "The round's manifest, where its name stands for several rounds.")
  private @Nullable String manifest;

  @Option(names = "--json", description = "One JSON object instead of words.")
  private boolean json;

  @Override
  public Integer call() throws IOException, CommandFailure {
    Round wanted = wanted();
    Finding finding;
    try {
      finding = home.replay().of(wanted);
    } catch (MalformedException e) {
      throw new CommandFailure("the site's roster or its coordinator: " + e.getMessage());
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(json(wanted, finding)));
    } else {
      print(wanted, finding, out);
    }
    return switch (finding) {
      case Finding.Verified _ -> 0;
      case Finding.Unverified _ -> UNVERIFIED;
      case Finding.Wrong _ -> WRONG;
    };
  }

  private Round wanted() throws IOException, CommandFailure {
    List<Round> named =
        home.history().rounds().stream()
            .filter(r -> r.study().equals(study) && r.name().equals(round) && r.begun().isPresent())
            .filter(r -> manifest == null || manifest(r).equals(manifest))
            .toList();
    if (named.isEmpty()) {
      throw new CommandFailure(
          "this site began no such round of study '%s'; see 'caisson site rounds'"
              .formatted(study));
    }
    if (named.size() > 1) {
      throw new CommandFailure(
          "%s of study '%s' names several rounds; say which with --manifest: %s"
              .formatted(round, study, named.stream().map(VerifyRoundCommand::manifest).toList()));
    }
    return named.getFirst();
  }

  private static String manifest(Round round) {
    return round.begun().map(begun -> begun.manifest().toString()).orElseThrow();
  }

  private static String outcome(Finding finding) {
    return switch (finding) {
      case Finding.Verified _ -> "verified";
      case Finding.Unverified _ -> "unverified";
      case Finding.Wrong _ -> "wrong";
    };
  }

  private static void print(Round round, Finding finding, PrintWriter out) {
    out.println("study %s, %s, %s".formatted(round.study(), round.name(), round.at()));
    out.println("  manifest  " + manifest(round));
    round.consented().ifPresent(consent -> out.println("  D3        " + consent.d3()));
    round
        .checked()
        .ifPresent(
            check ->
                out.println(
                    "  then      %s: %s"
                        .formatted(check.result().name().toLowerCase(Locale.ROOT), check.words())));
    if (finding instanceof Finding.Verified verified) {
      out.println("  sum       " + verified.sum());
      out.println(
          "  checked   the coordinator's signature; each upload's signature; all seeds against what"
              + " was committed to;");
      out.println(
          "            the total's digest and range; the sum it gives without masks; the tags of"
              + " all survivors");
    }
    out.println("  now       %s: %s".formatted(outcome(finding), finding.inWords()));
  }

  private static ObjectNode json(Round round, Finding finding) {
    ObjectNode node =
        new ObjectMapper()
            .createObjectNode()
            .put("study", round.study())
            .put("round", round.name())
            .put("manifest", manifest(round))
            .put("outcome", outcome(finding))
            .put("words", finding.inWords());
    round
        .consented()
        .map(JournalEntry.Consented::d3)
        .ifPresent(d3 -> node.put("d3", d3.toString()));
    switch (finding) {
      case Finding.Verified verified -> {
        node.put("sum", verified.sum().toString());
        verified.taken().forEach(node.putArray("tagsTakenOnTheirWord")::add);
        verified.computed().forEach(node.putArray("tagsComputedHere")::add);
      }
      case Finding.Wrong wrong -> wrong.suspects().forEach(node.putArray("suspects")::add);
      case Finding.Unverified _ -> {}
    }
    round
        .checked()
        .ifPresent(
            check -> node.put("outcomeThen", check.result().name().toLowerCase(Locale.ROOT)));
    return node;
  }
}
