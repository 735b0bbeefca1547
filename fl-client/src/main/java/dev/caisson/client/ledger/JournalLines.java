package dev.caisson.client.ledger;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Permit;
import dev.caisson.trust.Digest;
import java.util.Map;
import java.util.Optional;

/// Journal entries as JSON: the one place that maps them. The kinds of entries and their fields are
/// closed; a missing or unknown one is refused, since a memory with a hole is none.
final class JournalLines {
  private static final Map<String, Class<? extends JournalEntry>> KINDS =
      Map.ofEntries(
          Map.entry("opened", JournalEntry.Opened.class),
          Map.entry("adopted", JournalEntry.Adopted.class),
          Map.entry("begun", JournalEntry.Begun.class),
          Map.entry("keyed", JournalEntry.Keyed.class),
          Map.entry("uploaded", JournalEntry.Uploaded.class),
          Map.entry("consented", JournalEntry.Consented.class),
          Map.entry("answered", JournalEntry.Answered.class),
          Map.entry("checked", JournalEntry.Checked.class),
          Map.entry("succeeded", JournalEntry.Succeeded.class),
          Map.entry("halted", JournalEntry.Halted.class),
          Map.entry("permitted", JournalEntry.Permitted.class));

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addMixIn(Permit.class, PermitKinds.class)
          .addModule(
              new SimpleModule()
                  .addSerializer(Digest.class, ToStringSerializer.instance)
                  .addDeserializer(Digest.class, new DigestReader()))
          .build();

  private static final String REPEATABLE = "repeatable";

  private JournalLines() {}

  /// What names the entry's kind in its line.
  static String kind(JournalEntry entry) {
    return switch (entry) {
      case JournalEntry.Opened _ -> "opened";
      case JournalEntry.Adopted _ -> "adopted";
      case JournalEntry.Begun _ -> "begun";
      case JournalEntry.Keyed _ -> "keyed";
      case JournalEntry.Uploaded _ -> "uploaded";
      case JournalEntry.Consented _ -> "consented";
      case JournalEntry.Answered _ -> "answered";
      case JournalEntry.Checked _ -> "checked";
      case JournalEntry.Succeeded _ -> "succeeded";
      case JournalEntry.Halted _ -> "halted";
      case JournalEntry.Permitted _ -> "permitted";
    };
  }

  static JsonNode write(JournalEntry entry) {
    JsonNode line = JSON.valueToTree(entry);
    if (entry instanceof JournalEntry.Begun begun && begun.repeatable()) {
      ((ObjectNode) line).remove(REPEATABLE); // as every round was before there were sparse graphs
    }
    return line;
  }

  /// The entry in a line, if the line holds one; damage is an `IllegalArgumentException`.
  static Optional<JournalEntry> read(JsonNode line) {
    Class<? extends JournalEntry> kind = KINDS.get(line.required("what").asText());
    if (kind == null) {
      return Optional.empty(); // a line for people
    }
    try {
      JsonNode entry = line.required("entry");
      if (kind == JournalEntry.Begun.class && !entry.has(REPEATABLE)) {
        entry = entry.<ObjectNode>deepCopy().put(REPEATABLE, true);
      }
      return Optional.of(JSON.treeToValue(entry, kind));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  private static final class DigestReader extends FromStringDeserializer<Digest> {
    private static final long serialVersionUID = 1;

    DigestReader() {
      super(Digest.class);
    }

    @Override
    protected Digest _deserialize(String value, DeserializationContext context) {
      return Digest.parse(value);
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Permit.AnswerAgain.class, name = "answer-again"),
    @JsonSubTypes.Type(value = Permit.Resume.class, name = "resume")
  })
  private interface PermitKinds {}
}
