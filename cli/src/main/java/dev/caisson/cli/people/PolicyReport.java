package dev.caisson.cli.people;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.airlock.policy.Destination;
import dev.caisson.airlock.policy.Limit;
import dev.caisson.airlock.policy.Policy;
import dev.caisson.airlock.policy.PolicyComparison;
import dev.caisson.airlock.policy.PolicyFile;
import dev.caisson.airlock.policy.RequiredAttack;
import dev.caisson.airlock.policy.Sourced;
import dev.caisson.airlock.policy.Standing;
import dev.caisson.airlock.policy.Terms;
import dev.caisson.cli.answer.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A policy for people: every number beside the default's and with its source, what is looser,
/// where models may go, and who signed.
final class PolicyReport {
  private final PolicyFile file;
  private final Policy policy;
  private final List<String> lines = new ArrayList<>();

  private PolicyReport(PolicyFile file) {
    this.file = file;
    this.policy = file.policy();
  }

  static String of(PolicyFile file) {
    return new PolicyReport(file).write();
  }

  /// The same for programs, without the sources.
  static ObjectNode object(PolicyFile file) {
    Policy policy = file.policy();
    ObjectNode json =
        Answer.object()
            .put("name", policy.name())
            .put("revision", policy.revision())
            .put("owner", policy.owner())
            .put("digest", file.digest().toString())
            .put("signed", file.standing() instanceof Standing.Signed)
            .put("standing", file.standing().words());
    ObjectNode limits = json.putObject("limits");
    for (Limit limit : Limit.values()) {
      limits.put(limit.section() + "." + limit.key(), policy.general(limit).value());
    }
    PolicyComparison.loosened(policy, Policy.standard()).forEach(json.putArray("loosened")::add);
    return json;
  }

  private String write() {
    lines.add("%s, revision %d, of %s".formatted(policy.name(), policy.revision(), policy.owner()));
    lines.add(file.digest().toString());
    lines.add("");
    limits();
    lines.add("");
    attacks();
    lines.add("");
    destinations();
    lines.add("");
    loosened();
    lines.add(signature());
    return String.join("\n", lines);
  }

  private void limits() {
    lines.add(row("limit", "value", "default", "source"));
    for (Limit limit : Limit.values()) {
      Sourced here = policy.general(limit);
      double usual = Policy.standard().general(limit).value();
      lines.add(
          row(
              limit.section() + "." + limit.key(),
              Limit.text(here.value()),
              here.value() == usual ? "same" : Limit.text(usual),
              here.source().toString()));
    }
    lines.add(
        row("structure.instance-models", "block", "same", policy.instanceModels().toString()));
  }

  private void attacks() {
    lines.add("attacks that must have run");
    for (RequiredAttack attack : policy.required()) {
      lines.add(
          "  %-12s on %s (%s)"
              .formatted(
                  attack.attack(),
                  attack.tasks().stream()
                      .sorted()
                      .map(task -> task.name().toLowerCase(Locale.ROOT))
                      .collect(Collectors.joining(", ")),
                  attack.source()));
    }
  }

  private void destinations() {
    lines.add("where models may go");
    for (Destination destination : Destination.values()) {
      Terms terms = policy.terms(destination);
      lines.add(
          "  %-12s %s (%s)"
              .formatted(destination.label(), terms.allowed() ? "yes" : "no", terms.source()));
      terms.stricter().entrySet().stream()
          .sorted(Comparator.comparing(entry -> entry.getKey()))
          .forEach(
              entry ->
                  lines.add(
                      "    %s %s (%s)"
                          .formatted(
                              entry.getKey().key(),
                              Limit.text(entry.getValue().value()),
                              entry.getValue().source())));
    }
  }

  private void loosened() {
    List<String> loosened = PolicyComparison.loosened(policy, Policy.standard());
    lines.add(
        loosened.isEmpty() ? "nothing is looser than the default" : "looser than the default:");
    loosened.forEach(line -> lines.add("  " + line));
  }

  private String signature() {
    return switch (file.standing()) {
      case Standing.Signed signed -> signed.words();
      case Standing.Unsigned unsigned ->
          unsigned.words() + "\nuntil then no assessment under it supports a release";
      case Standing.Missing missing -> missing.words();
    };
  }

  private static String row(String limit, String value, String usual, String source) {
    return "%-44s %10s %10s  %s".formatted(limit, value, usual, source);
  }
}
