package dev.caisson.airlock.dossier;

import dev.caisson.trust.Digest;
import org.jspecify.annotations.Nullable;

/// Where the model and its figures come from, for whoever wants to check or repeat them.
final class ProvenanceList {
  private final Dossier dossier;
  private final Markup out;

  ProvenanceList(Dossier dossier, Markup out) {
    this.dossier = dossier;
    this.out = out;
  }

  void write() {
    out.element("h2", "Where it comes from").raw("\n<dl class=\"provenance\">");
    out.raw("<dt>Model</dt><dd>").element("code", dossier.candidate().model().toString());
    out.text(Markup.format(" (%,d bytes)", dossier.candidate().bytes())).raw("</dd>");
    Training training = dossier.provenance().training();
    if (training != null) {
      trained(training);
    }
    Assessment assessment = dossier.provenance().assessment();
    if (assessment != null) {
      assessed(assessment);
    }
    out.raw("</dl>\n");
  }

  private void trained(Training from) {
    code("Plan", from.plan().toString());
    code("First weights", from.initialModel().toString());
    line("Sites", String.join(", ", from.cohort()));
    line("Rounds", String.valueOf(from.rounds()));
    if (!from.roundTranscripts().isEmpty()) {
      code("Last round's transcript", from.roundTranscripts().getLast().toString());
    }
    line("Recipe", from.recipe());
    from.seedCommitments().forEach((site, seed) -> code("Seed committed by " + site, seed));
    line("Software", from.software());
    line("Trained", from.created().toString());
  }

  private void assessed(Assessment from) {
    Assessment.Submitted submitted = from.submitted();
    code("File as submitted", submitted.file().toString());
    line("Format", Markup.format("%s, %,d bytes", submitted.format(), submitted.bytes()));
    line("Bytes assessed", bytes(submitted.file().equals(from.assessed())));
    line("To go to", DossierPage.destination(from.destination()));
    line("Task", from.task());
    line("Label", from.label());
    if (from.classes() != null) {
      line("Classes", String.join(", ", from.classes()));
    }
    line("Claimed metric", from.claimed());
    line("Counted as one person", unit(from.unit()));
    if (from.data() != null) {
      data(from.data());
    }
    policy(from.policy());
    if (from.attempts() != null) {
      attempts(from.attempts());
    }
    code("Audit seed", from.seed());
    line("Software", from.software());
    line("Threads", String.valueOf(from.threads()));
    StringBuilder phases = new StringBuilder();
    from.seconds()
        .forEach(
            (phase, took) ->
                phases
                    .append(phases.isEmpty() ? "" : ", ")
                    .append(Markup.format("%s %.2f s", phase, took)));
    line("Time", phases.toString());
  }

  private static String bytes(boolean same) {
    return same
        ? "the file as submitted"
        : "its canonical form with fresh low bits in the weights; these, and no others, are what a"
            + " decision is about";
  }

  private static String unit(Assessment.Unit unit) {
    return switch (unit) {
      case PERSON -> "all rows that name the same person";
      case ROW ->
          "each row: no column names the person, so somebody with several rows counts as several";
    };
  }

  private void data(Assessment.Data data) {
    line(
        "Rows",
        Markup.format(
            "%,d of members, %,d of non-members", data.memberRows(), data.nonMemberRows()));
    code("Members' data, keyed", data.members());
    code("Non-members' data, keyed", data.nonMembers());
    code("Scores, keyed", data.scores());
    code("Mapping", data.mapping());
  }

  private void policy(Assessment.@Nullable PolicyApplied policy) {
    if (policy == null) {
      line("Policy", "none was given");
      return;
    }
    line(
        "Policy",
        "%s, version %s: %s".formatted(policy.name(), policy.version(), policy.standing()));
    code("Policy's digest", policy.digest().toString());
    line("Signed by", policy.signer() == null ? "nobody" : policy.signer());
  }

  private void attempts(Assessment.Attempts attempts) {
    out.element("dt", "Attempt on this data");
    out.element("dd", attempts.number() == 1 ? "the first" : "number " + attempts.number());
    for (Assessment.Earlier earlier : attempts.earlier()) {
      out.element("dt", DossierPage.time(earlier.time()));
      out.raw("<dd>").text(earlier.verdict().words() + ": ");
      out.element("code", earlier.model().toString()).raw("</dd>");
    }
  }

  private void line(String what, @Nullable String text) {
    if (text != null && !text.isEmpty()) {
      out.element("dt", what).element("dd", text);
    }
  }

  private void code(String what, Digest digest) {
    code(what, digest.toString());
  }

  private void code(String what, @Nullable String digest) {
    if (digest != null) {
      out.element("dt", what).raw("<dd>").element("code", digest).raw("</dd>");
    }
  }
}
