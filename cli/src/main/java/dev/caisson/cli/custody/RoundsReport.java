package dev.caisson.cli.custody;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.client.ledger.RoundHistory;
import dev.caisson.client.ledger.RoundHistory.Round;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.secagg.journal.Isolation;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Permit;
import dev.caisson.trust.Digest;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A site's rounds in words and as JSON.
final class RoundsReport {
  private final String self;
  private final RoundHistory history;
  private final List<Round> rounds;
  private final List<Permit> waiting;

  RoundsReport(String self, RoundHistory history, List<Round> rounds, List<Permit> waiting) {
    this.self = self;
    this.history = history;
    this.rounds = rounds;
    this.waiting = waiting;
  }

  void print(PrintWriter out) {
    history
        .journal()
        .halted()
        .ifPresent(
            halted ->
                out.println(
                    "HALTED: %s saw this site's journal further (height %d) than it knows itself.\nIt was restored from an old copy, or runs twice, or they lie. It takes part in nothing until: caisson site resume --home DIR --reason TEXT\n"
                        .formatted(String.join(", ", halted.claims().keySet()), halted.height())));
    if (rounds.isEmpty()) {
      out.println("no rounds yet");
    }
    rounds.forEach(round -> print(round, out));
    history.permits().forEach(permit -> out.println("permit taken in, " + inWords(permit) + "\n"));
    waiting.forEach(
        permit -> out.println("permit waiting to be taken in, " + inWords(permit) + "\n"));
    scopes().forEach((scope, study) -> out.println(isolationInWords(scope, study) + "\n"));
  }

  private void print(Round round, PrintWriter out) {
    out.println("study %s, %s, %s".formatted(round.study(), round.name(), round.at()));
    round
        .begun()
        .ifPresent(
            begun -> {
              line(out, "purpose", "%s on state %s".formatted(begun.purpose(), begun.state()));
              line(
                  out,
                  "cohort",
                  "%s; any sum needs %d"
                      .formatted(String.join(", ", begun.cohort()), begun.threshold()));
              line(out, "manifest", begun.manifest().toString());
            });
    round.keyed().ifPresent(keyed -> line(out, "D1", keyed.d1().toString()));
    round.uploaded().ifPresent(uploaded -> line(out, "upload", "root " + uploaded.root()));
    round.consented().ifPresent(consented -> line(out, "D3", consented.d3().toString()));
    line(
        out,
        "sent",
        "%s bytes in %d messages, the masked vector %s of them"
            .formatted(number(round.bytes()), round.messages(), number(round.vectorBytes())));
    line(out, "sum", sum(round));
    line(out, "revealed", revealed(round));
    round
        .checked()
        .ifPresent(
            check ->
                line(
                    out,
                    "check",
                    "%s: %s"
                        .formatted(
                            check.result() == JournalEntry.Checked.Result.WRONG
                                ? "WRONG"
                                : check.result().name().toLowerCase(Locale.ROOT),
                            check.words())));
    round
        .succeeded()
        .ifPresent(
            s ->
                line(out, "next", "state %s, computed here from the sum".formatted(s.successor())));
    round.notes().forEach(note -> line(out, "note", note));
    out.println();
  }

  private static void line(PrintWriter out, String what, String text) {
    out.println("  %-9s %s".formatted(what, text));
  }

  private static String sum(Round round) {
    if (round.answered().isEmpty()) {
      return round
          .consented()
          .map(
              consent ->
                  "not answered by this site; others may have opened one over %s"
                      .formatted(String.join(", ", consent.survivors())))
          .orElse(
              round.uploaded().isPresent()
                  ? "not answered by this site; its masked vector may be in one that others opened"
                  : "nothing of this site is in it");
    }
    return "over %s; %s"
        .formatted(
            String.join(", ", round.answered().get().survivors()),
            dropped(round).isEmpty()
                ? "nobody dropped out"
                : "without " + String.join(", ", dropped(round)));
  }

  private static List<String> dropped(Round round) {
    return round.begun().map(JournalEntry.Begun::cohort).orElse(List.of()).stream()
        .filter(name -> !round.answered().orElseThrow().survivors().contains(name))
        .toList();
  }

  private static String revealed(Round round) {
    if (round.answered().isEmpty()) {
      return "nothing of anybody's secrets";
    }
    JournalEntry.Answered answer = round.answered().get();
    String selves =
        "its shares of the self-mask seeds of %s".formatted(String.join(", ", answer.survivors()));
    return answer.recovered().isEmpty()
        ? selves
        : selves
            + "; of %s, whose vectors are not in the sum, its shares of their roots and its pair seeds with them"
                .formatted(String.join(", ", answer.recovered()));
  }

  private static String inWords(Permit permit) {
    return "signed by this site's key: %s; reason: %s"
        .formatted(
            switch (permit) {
              case Permit.AnswerAgain again ->
                  "one more round over state %s".formatted(again.state());
              case Permit.Resume resume ->
                  "go on from a height above %d".formatted(resume.height());
            },
            permit.reason());
  }

  /// Each plan's scope of training sums, with the newest name of its study.
  private Map<Digest, String> scopes() {
    Map<Digest, String> scopes = new LinkedHashMap<>();
    for (Round round : rounds) {
      round
          .begun()
          .filter(begun -> begun.purpose().equals(Purpose.TRAIN.label()))
          .ifPresent(begun -> scopes.put(begun.scope(), round.study()));
    }
    return scopes;
  }

  private Collection<List<String>> sums(Digest scope) {
    return history.journal().sums(scope, Purpose.TRAIN.label());
  }

  private long unknownSums(Digest scope) {
    return history.journal().unknownSums(scope, Purpose.TRAIN.label());
  }

  /// True or false; null where sums were taken of which this site knows nothing.
  private @Nullable Boolean singledOut(Digest scope) {
    if (Isolation.singlesOut(self, sums(scope))) {
      return true;
    }
    return unknownSums(scope) > 0 ? null : Boolean.FALSE;
  }

  private String isolationInWords(Digest scope, String study) {
    Collection<List<String>> sums = sums(scope);
    long unknown = unknownSums(scope);
    if (sums.isEmpty()) {
      return "study %s: no training sum that this site knows of".formatted(study);
    }
    if (unknown > 0 && !Isolation.singlesOut(self, sums)) {
      return "study %s: cannot tell whether its sums together leave this site alone: %d training sums were taken that this site knows nothing of. No combination of the %d that it knows does."
          .formatted(study, unknown, sums.size());
    }
    return Isolation.singlesOut(self, sums)
        ? "study %s: WARNING: a combination of its %d training sums leaves this site alone. Where its update changes little from round to round, the coordinator can estimate it (So et al., arXiv 2106.03328). It comes from sites that drop out and return; a cohort that stays whole, or noise, prevents it."
            .formatted(study, sums.size())
        : "study %s: no combination of its %d training sums leaves this site alone."
            .formatted(study, sums.size());
  }

  ObjectNode json() {
    ObjectNode json = new ObjectMapper().createObjectNode().put("site", self);
    json.put("halted", history.journal().halted().isPresent());
    ArrayNode list = json.putArray("rounds");
    for (Round round : rounds) {
      ObjectNode node = list.addObject();
      node.put("study", round.study()).put("round", round.name()).put("at", round.at());
      round
          .begun()
          .ifPresent(
              begun -> {
                node.put("purpose", begun.purpose()).put("state", begun.state().toString());
                node.put("manifest", begun.manifest().toString());
                node.put("threshold", begun.threshold());
                begun.cohort().forEach(node.putArray("cohort")::add);
              });
      round.keyed().ifPresent(keyed -> node.put("d1", keyed.d1().toString()));
      round.uploaded().ifPresent(u -> node.put("uploadRoot", u.root().toString()));
      round.consented().ifPresent(c -> node.put("d3", c.d3().toString()));
      node.put("messages", round.messages()).put("bytes", round.bytes());
      node.put("vectorBytes", round.vectorBytes()).put("answered", round.answered().isPresent());
      round
          .answered()
          .ifPresent(
              answer -> {
                answer.survivors().forEach(node.putArray("survivors")::add);
                answer.recovered().forEach(node.putArray("recovered")::add);
                dropped(round).forEach(node.putArray("dropped")::add);
              });
      round
          .checked()
          .ifPresent(
              c ->
                  node.put("check", c.result().name().toLowerCase(Locale.ROOT))
                      .put("checkWords", c.words()));
      round.succeeded().ifPresent(s -> node.put("nextState", s.successor().toString()));
      round.notes().forEach(node.putArray("notes")::add);
    }
    ArrayNode studies = json.putArray("studies");
    scopes()
        .forEach(
            (scope, study) ->
                studies
                    .addObject()
                    .put("study", study)
                    .put("trainingSums", sums(scope).size())
                    .put("sumsUnknown", unknownSums(scope))
                    .put("singlesOutThisSite", singledOut(scope)));
    ArrayNode permits = json.putArray("permits");
    history.permits().forEach(permit -> permits.add(inWords(permit)));
    ArrayNode later = json.putArray("permitsWaiting");
    waiting.forEach(permit -> later.add(inWords(permit)));
    return json;
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
