package dev.caisson.cli.enrol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.MembersClient;
import dev.caisson.cli.people.Desk;
import dev.caisson.cli.progress.TextTable;
import dev.caisson.cli.run.Group;
import dev.caisson.protocol.tls.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `caisson member`: who belongs to the federation, as an admin decides it from elsewhere.
@Command(
    name = "member",
    description =
        "As an admin: list members, issue tokens, revoke. The coordinator must be running.",
    subcommands = {
      MemberCommand.Listing.class,
      MemberCommand.Tokens.class,
      MemberCommand.Revoking.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class MemberCommand extends Group {
  abstract static class AsAdmin implements Callable<Integer> {
    @Mixin private final Answer answer = new Answer();

    @Option(names = "--as", required = true, paramLabel = "DIR", description = "The admin's home.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path home;

    abstract void run(MembersClient members, Answer answer) throws IOException, CommandFailure;

    @Override
    public final Integer call() throws IOException, CommandFailure {
      try (MembersClient members = new MembersClient(Desk.open(home, Role.ADMIN))) {
        run(members, answer);
      }
      return 0;
    }
  }

  /// `caisson member list`.
  @Command(name = "list", description = "Everybody who is or was enrolled.")
  static final class Listing extends AsAdmin {
    @Override
    void run(MembersClient members, Answer answer) throws CommandFailure {
      List<MembersClient.Listed> all = members.list();
      ObjectNode root = Answer.object();
      ArrayNode list = root.putArray("members");
      all.forEach(
          m ->
              list.addObject()
                  .put("name", m.name())
                  .put("role", m.role())
                  .put("identity", "sha256:" + m.identity())
                  .put("enrolled", m.enrolled())
                  .put("ended", m.ended())
                  .put("reason", m.reason())
                  .put("certificateEnds", m.certificateEnds()));
      TextTable table = new TextTable("name", "role", "identity", "certificate until", "standing");
      all.forEach(
          m ->
              table.row(
                  m.name(),
                  m.role(),
                  m.identity().substring(0, 12),
                  m.ended().isEmpty() ? m.certificateEnds() : "-",
                  m.ended().isEmpty() ? "good" : "out since " + m.ended()));
      answer.give(root, table.toString());
    }
  }

  /// `caisson member token`.
  @Command(name = "token", description = "Issue a one-time token for a new member.")
  static final class Tokens extends AsAdmin {
    @Mixin private final MemberRole member = new MemberRole();

    @Override
    void run(MembersClient members, Answer answer) throws IOException, CommandFailure {
      MembersClient.Issued issued =
          members.token(member.caller(), member.hours(), member.already().name());
      TokenWords.print(answer, member.caller(), issued.token(), issued.expires());
    }
  }

  /// `caisson member revoke`.
  @Command(name = "revoke", description = "Void every certificate of a name.")
  static final class Revoking extends AsAdmin {
    @Option(
        names = "--reason",
        defaultValue = "",
        paramLabel = "TEXT",
        description = "Why; it stays in the list of members.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String reason;

    @Parameters(paramLabel = "NAME", description = "Whom.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Override
    void run(MembersClient members, Answer answer) throws CommandFailure {
      RevokeCommand.say(answer, name, members.revoke(name, reason));
    }
  }
}
