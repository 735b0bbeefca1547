package dev.caisson.client.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.trust.Digest;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An append-only file of everything that this site has sent, one JSON object a line, kept for its
/// custodian and auditors. It also remembers, across restarts, which model states were answered: a
/// second sum over the same state could be subtracted from the first.
///
/// An answer is on disk before it is sent. Thread-safe.
public final class EgressLedger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EgressLedger.class);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /// No channel: an interrupted thread, such as that of a study that ends, would close it for all.
  private final FileOutputStream file;

  private final FileChannel lock;
  private final Clock clock;
  private final Map<String, Set<Digest>> spent = new HashMap<>();
  private final Set<Digest> begun = new HashSet<>();

  /// Opens the ledger of a site, reading what it remembers.
  public static EgressLedger open(Path file, Clock clock) throws IOException {
    // A file of its own: the system drops a process's locks on a file when any reader of it closes.
    FileChannel lock =
        FileChannel.open(
            file.resolveSibling(file.getFileName() + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    if (lock.tryLock() == null) {
      lock.close();
      throw new IOException(
          "%s is in use: another agent runs in this home, and two would answer one state twice"
              .formatted(file));
    }
    try {
      return read(file, lock, clock);
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  private static EgressLedger read(Path file, FileChannel lock, Clock clock) throws IOException {
    cutTornLine(file);
    // Not strict: a byte that is not UTF-8 damages its line, which is said with its number.
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      EgressLedger ledger =
          new EgressLedger(new FileOutputStream(file.toFile(), true), lock, clock);
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        ledger.remember(file, number, line);
      }
      return ledger;
    }
  }

  private EgressLedger(FileOutputStream file, FileChannel lock, Clock clock) {
    this.file = file;
    this.lock = lock;
    this.clock = clock;
  }

  /// A last line without its end was being written when the machine stopped. What it announces was
  /// not sent: a line that matters is synced first.
  private static void cutTornLine(Path file) throws IOException {
    try (FileChannel whole =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = whole.size();
      ByteBuffer one = ByteBuffer.allocate(1);
      while (end > 0) {
        whole.read(one.clear(), end - 1);
        if (one.get(0) == '\n') {
          break;
        }
        end--;
      }
      if (end < whole.size()) {
        LOG.warn("{} ends within a line; the unfinished line is removed", file);
        whole.truncate(end);
      }
    }
  }

  /// Every line is an entry that says what it is, or the memory has a hole.
  private void remember(Path path, int number, String line) throws IOException {
    try {
      JsonNode entry = JSON.readTree(line);
      switch (entry.required("what").asText()) {
        case "begun" -> begun.add(Digest.parse(entry.required("manifest").asText()));
        case "answered" -> {
          String purpose = entry.required("purpose").asText();
          states(
                  entry.required("study").asText(),
                  Purpose.ofLabel(purpose)
                      .orElseThrow(() -> new IllegalArgumentException("purpose " + purpose)))
              .add(Digest.parse(entry.required("state").asText()));
        }
        default -> {} // for people
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IOException(
          "%s, line %d is damaged: this site no longer knows what it has answered; restore the ledger"
                  .formatted(path, number)
              + " or start with a new identity",
          e);
    }
  }

  /// Why this state must not be answered again, or nothing.
  public synchronized boolean isSpent(String study, Purpose purpose, Digest state) {
    return states(study, purpose).contains(state);
  }

  /// How many states of this study were answered for this purpose.
  public synchronized int answered(String study, Purpose purpose) {
    return states(study, purpose).size();
  }

  /// Writes down, durably, that the round of this manifest begins; false if it began before, in
  /// this process or an earlier one: its secrets are gone, and it must not be begun again.
  public synchronized boolean beginning(String study, String round, Digest manifest)
      throws IOException {
    if (begun.contains(manifest)) {
      return false;
    }
    append(entry("begun", study).put("round", round).put("manifest", manifest.toString()), true);
    return begun.add(manifest);
  }

  /// Writes down that a message is about to leave.
  public void sending(String study, String round, String message, long bytes, Digest content)
      throws IOException {
    ObjectNode entry = entry("sent", study);
    entry.put("round", round).put("message", message);
    entry.put("bytes", bytes).put("digest", content.toString());
    append(entry, false);
  }

  /// Writes down, durably, that the sum over this state is about to be opened.
  public void answering(String study, Purpose purpose, Digest state, String round)
      throws IOException {
    ObjectNode entry = entry("answered", study);
    entry.put("round", round).put("purpose", purpose.label()).put("state", state.toString());
    synchronized (this) {
      append(entry, true);
      states(study, purpose).add(state);
    }
  }

  /// Notes something for the custodian: an admission, a refusal, an audit's own findings.
  public void note(String study, String what, String text) throws IOException {
    append(entry(what, study).put("text", text), false);
  }

  @Override
  public void close() throws IOException {
    file.close();
    lock.close();
  }

  private Set<Digest> states(String study, Purpose purpose) {
    return spent.computeIfAbsent(study + " " + purpose.label(), key -> new HashSet<>());
  }

  private ObjectNode entry(String what, String study) {
    return JSON.createObjectNode()
        .put("at", clock.instant().toString())
        .put("what", what)
        .put("study", study);
  }

  private synchronized void append(ObjectNode entry, boolean durably) throws IOException {
    file.write((entry + "\n").getBytes(StandardCharsets.UTF_8));
    if (durably) {
      file.getFD().sync();
    }
  }
}
