package dev.caisson.cli.people;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.protocol.wire.SiteStanding;
import dev.caisson.protocol.wire.Timings;
import java.time.Instant;
import java.util.SortedMap;

/// Studies as JSON, one object a line. The fields are described in docs/how-to/run-a-study.md;
/// times are UTC in ISO 8601, durations milliseconds.
final class StudyJson {
  private StudyJson() {}

  static String submitted(String study) {
    return object().put("study", study).toString();
  }

  static String summary(StudiesClient.Summary study) {
    return summaryNode(study).toString();
  }

  static String event(String study, StudiesClient.Event event) {
    ObjectNode node =
        object()
            .put("study", study)
            .put("sequence", event.sequence())
            .put("at", event.at().toString())
            .put("state", event.state())
            .put("text", event.text())
            .put("trouble", event.trouble())
            .put("last", event.last());
    if (!event.metrics().isEmpty()) {
      node.put("round", event.round());
      figures(node, event.metrics(), event.bytesOut());
    }
    return node.toString();
  }

  static String round(StudiesClient.Round round) {
    return roundNode(round).toString();
  }

  static String detail(StudiesClient.Detail detail) {
    ObjectNode node = summaryNode(detail.summary());
    node.put("plan", detail.plan());
    Timings timings = detail.timings();
    node.putObject("timings")
        .put("round", timings.getRound())
        .put("uploadAfter", timings.getUploadAfter())
        .put("grace", timings.getGrace())
        .put("check", timings.getCheck())
        .put("patience", timings.getPatience())
        .put("enough", timings.getEnough());
    ArrayNode sites = node.putArray("sites");
    for (SiteStanding site : detail.sites()) {
      sites
          .addObject()
          .put("site", site.getSite())
          .put("standing", site.getStanding())
          .put("reason", site.getReason());
    }
    detail
        .attempt()
        .ifPresent(
            attempt ->
                node.putObject("attempt")
                    .put("attempt", attempt.getAttempt())
                    .put("purpose", attempt.getPurpose())
                    .put("phase", attempt.getPhase())
                    .put("started", Instant.ofEpochMilli(attempt.getStarted()).toString()));
    ArrayNode pinned = node.putArray("pinned");
    detail.pinned().forEach(pinned::add);
    ArrayNode rounds = node.putArray("rounds");
    detail.rounds().forEach(round -> rounds.add(roundNode(round)));
    return node.toString();
  }

  private static ObjectNode summaryNode(StudiesClient.Summary study) {
    return object()
        .put("study", study.study())
        .put("name", study.name())
        .put("submitter", study.submitter())
        .put("state", study.state())
        .put("reason", study.reason())
        .put("roundsDone", study.roundsDone())
        .put("roundsPlanned", study.roundsPlanned())
        .put("created", study.created().toString())
        .put("updated", study.updated().toString());
  }

  private static ObjectNode roundNode(StudiesClient.Round round) {
    ObjectNode node =
        object()
            .put("round", round.round())
            .put("purpose", round.purpose())
            .put("attempt", round.attempt())
            .put("ended", round.ended().toString())
            .put("milliseconds", round.milliseconds());
    ArrayNode survivors = node.putArray("survivors");
    round.survivors().forEach(survivors::add);
    figures(node, round.metrics(), round.bytesOut());
    return node;
  }

  private static void figures(
      ObjectNode node, SortedMap<String, Double> metrics, SortedMap<String, Long> bytesOut) {
    ObjectNode values = node.putObject("metrics");
    metrics.forEach(values::put);
    ObjectNode bytes = node.putObject("bytesOut");
    bytesOut.forEach(bytes::put);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
