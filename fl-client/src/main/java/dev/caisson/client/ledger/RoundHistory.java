package dev.caisson.client.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caisson.secagg.journal.Journal;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Permit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rounds in a site's ledger, for its custodian; read while an agent may be writing, so a last
/// line without its end is passed over.
public final class RoundHistory {
  private final Journal journal = new Journal();
  private final List<Round> rounds = new ArrayList<>();
  private final List<Permit> permits = new ArrayList<>();
  private final Map<String, Round> current = new LinkedHashMap<>();
  private final Map<Object, Round> byManifest = new HashMap<>();

  private RoundHistory() {}

  /// Reads a ledger; a damaged line is named.
  public static RoundHistory read(Path file) throws IOException {
    RoundHistory history = new RoundHistory();
    LedgerLines.read(file, history::take);
    return history;
  }

  /// In the order in which they began.
  public List<Round> rounds() {
    return List.copyOf(rounds);
  }

  /// What the custodian permitted, and the agent took in.
  public List<Permit> permits() {
    return List.copyOf(permits);
  }

  /// What the site remembers, as of the end of the file.
  public Journal journal() {
    return journal;
  }

  /// One round at this site.
  public static final class Round {
    private final String study;
    private final String name;
    private final String at;
    private JournalEntry.@Nullable Begun begun;
    private JournalEntry.@Nullable Keyed keyed;
    private JournalEntry.@Nullable Uploaded uploaded;
    private JournalEntry.@Nullable Consented consented;
    private JournalEntry.@Nullable Answered answered;
    private JournalEntry.@Nullable Checked checked;
    private JournalEntry.@Nullable Succeeded succeeded;
    private int messages;
    private long bytes;
    private long vectorBytes;
    private final List<String> notes = new ArrayList<>();

    Round(String study, String name, String at) {
      this.study = study;
      this.name = name;
      this.at = at;
    }

    public String study() {
      return study;
    }

    public String name() {
      return name;
    }

    /// When its first line was written.
    public String at() {
      return at;
    }

    public Optional<JournalEntry.Begun> begun() {
      return Optional.ofNullable(begun);
    }

    public Optional<JournalEntry.Keyed> keyed() {
      return Optional.ofNullable(keyed);
    }

    public Optional<JournalEntry.Uploaded> uploaded() {
      return Optional.ofNullable(uploaded);
    }

    public Optional<JournalEntry.Consented> consented() {
      return Optional.ofNullable(consented);
    }

    public Optional<JournalEntry.Answered> answered() {
      return Optional.ofNullable(answered);
    }

    public Optional<JournalEntry.Checked> checked() {
      return Optional.ofNullable(checked);
    }

    public Optional<JournalEntry.Succeeded> succeeded() {
      return Optional.ofNullable(succeeded);
    }

    /// Messages sent, the masked vector counted as one.
    public int messages() {
      return messages;
    }

    public long bytes() {
      return bytes;
    }

    /// Of these, the masked vector.
    public long vectorBytes() {
      return vectorBytes;
    }

    /// Why this site left, and what else it noted.
    public List<String> notes() {
      return List.copyOf(notes);
    }
  }

  private void take(JsonNode line) {
    Optional<JournalEntry> entry = JournalLines.read(line);
    if (entry.isPresent()) {
      journal.apply(entry.get());
      take(entry.get(), line);
    } else if (line.has("round")) {
      Round round = round(line);
      switch (line.required("what").asText()) {
        case "sent" -> {
          round.messages++;
          round.bytes += line.required("bytes").asLong();
          if (line.required("message").asText().equals("masked vector")) {
            round.vectorBytes += line.required("bytes").asLong();
          }
        }
        default ->
            round.notes.add(line.required("what").asText() + ": " + line.path("text").asText());
      }
    }
  }

  private void take(JournalEntry entry, JsonNode line) {
    switch (entry) {
      case JournalEntry.Begun begun -> {
        current.remove(key(line));
        Round round = round(line);
        round.begun = begun;
        byManifest.put(begun.manifest(), round);
      }
      case JournalEntry.Keyed keyed -> of(keyed.manifest()).keyed = keyed;
      case JournalEntry.Uploaded uploaded -> of(uploaded.manifest()).uploaded = uploaded;
      case JournalEntry.Consented consented -> of(consented.manifest()).consented = consented;
      case JournalEntry.Answered answered -> of(answered.manifest()).answered = answered;
      case JournalEntry.Checked checked -> of(checked.manifest()).checked = checked;
      case JournalEntry.Succeeded succeeded -> of(succeeded.manifest()).succeeded = succeeded;
      case JournalEntry.Halted halted ->
          of(halted.manifest()).notes.add("halted: " + halted.claims().keySet() + " saw more");
      case JournalEntry.Permitted(Permit permit) -> permits.add(permit);
      case JournalEntry.Opened _, JournalEntry.Adopted _ -> {}
    }
  }

  private Round of(Object manifest) {
    Round round = byManifest.get(manifest);
    if (round == null) {
      throw new IllegalStateException("a round goes on that never began");
    }
    return round;
  }

  /// The round that a line is about; names come again when a study is offered anew, and then the
  /// newest is meant.
  private Round round(JsonNode line) {
    return current.computeIfAbsent(
        key(line),
        _ -> {
          Round round =
              new Round(
                  line.required("study").asText(),
                  line.required("round").asText(),
                  line.required("at").asText());
          rounds.add(round);
          return round;
        });
  }

  private static String key(JsonNode line) {
    return line.required("study").asText() + " " + line.required("round").asText();
  }
}
