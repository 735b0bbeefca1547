package dev.caisson.cli.enrol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.protocol.tls.Role;
import dev.caisson.trust.Identity;
import dev.caisson.trust.Roster;
import dev.caisson.trust.Words;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What a review of rosters is told as. A program gets the same list with each one's standing:
/// `new`, `same`, `changed` or `gone`, against what was accepted before.
record RosterAnswer(RosterReview review, Answer answer) {
  void shown() throws IOException, CommandFailure {
    if (answer.json()) {
      answer.give(object());
    } else {
      review.print(answer.out());
    }
  }

  void accepted(String words, String... said) throws IOException, CommandFailure {
    review.accept(words);
    answer.give(object(), said);
  }

  private ObjectNode object() throws IOException, CommandFailure {
    ObjectNode json =
        Answer.object()
            .put("accepted", review.isAccepted())
            .put("digest", review.fetched().digest().toString())
            .put("words", Words.ofAll(review.fetched().digest()))
            .put("advice", review.advice());
    ArrayNode members = json.putArray("members");
    line(
        members,
        Role.COORDINATOR,
        "coordinator",
        review.fetched().coordinator(),
        review.accepted());
    for (Role role : review.files().keySet()) {
      Roster now = review.fetched().of(role);
      Optional<Roster> before = review.accepted(role);
      for (String name : now.names()) {
        Optional<Identity> known = before.flatMap(roster -> roster.find(name));
        line(members, role, name, now.find(name).orElseThrow(), known);
      }
      for (String name : before.map(Roster::names).orElseGet(List::of)) {
        if (now.find(name).isEmpty()) {
          members.addObject().put("role", role.label()).put("name", name).put("standing", "gone");
        }
      }
    }
    return json;
  }

  private static void line(
      ArrayNode members, Role role, String name, Identity identity, Optional<Identity> before) {
    members
        .addObject()
        .put("role", role.label())
        .put("name", name)
        .put("identity", identity.fingerprint().toString())
        .put("words", Words.ofOne(identity.fingerprint()))
        .put("standing", before.map(b -> b.equals(identity) ? "same" : "changed").orElse("new"));
  }
}
