package dev.caisson.cli.enrol;

import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.client.SiteSettings;
import dev.caisson.client.study.KnownResearchers;
import dev.caisson.protocol.enrol.EnrolledRoster;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `caisson site roster`.
@Command(
    name = "roster",
    description =
        "Fetch the identities of the enrolled sites and researchers and show them as words, which"
            + " custodians compare by telephone; with --accept, write down what they agreed on. This"
            + " is what keeps the coordinator from inventing sites, and plans.")
public final class SiteRosterCommand implements Callable<Integer> {
  @Mixin private final Answer answer = new Answer();

  @Option(names = "--home", required = true, paramLabel = "DIR", description = "The site's home.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  @Option(
      names = "--accept",
      paramLabel = "WORDS",
      description = "The 24 words of the whole list, or its digest, as the custodians compared it.")
  private @Nullable String accept;

  @Override
  public Integer call() throws IOException, CommandFailure {
    try {
      SiteSettings settings = SiteSettings.read(home);
      KeyFiles keys = KeyFiles.load(home.resolve("keys"));
      RosterReview review =
          new RosterReview(
              home,
              EnrolledRoster.fetch(settings.coordinatorHost(), settings.coordinatorPort(), keys),
              new TreeMap<>(
                  Map.of(Role.SITE, "federation.roster", Role.RESEARCHER, KnownResearchers.FILE)),
              "ask each researcher marked + or ! for the words on their own screen ('caisson site"
                  + " fingerprint --home THEIRS'), and compare the 24 words with the other custodians"
                  + " by telephone, each reading a part; if all are the same");
      review.refuseWrongSelf(keys);
      RosterAnswer said = new RosterAnswer(review, answer);
      if (accept == null) {
        said.shown();
      } else {
        int researchers = review.fetched().of(Role.RESEARCHER).size();
        said.accepted(
            accept,
            "accepted: %d sites, %d researcher%s"
                .formatted(
                    review.fetched().of(Role.SITE).size(),
                    researchers,
                    researchers == 1 ? "" : "s"),
            "an agent that runs knows researchers at once, sites when it is started again");
      }
      return 0;
    } catch (BadYamlException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }
}
