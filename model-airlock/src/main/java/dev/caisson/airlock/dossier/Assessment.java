package dev.caisson.airlock.dossier;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.caisson.airlock.Finding;
import dev.caisson.airlock.Verdict;
import dev.caisson.trust.Digest;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How a model was assessed with its rows at hand: which bytes, which data (by keyed digests, so
/// that nobody without the key can test a guess), which policy, and everything else that is needed
/// to repeat it. The public version lacks `data`, `label`, `classes`, `seed`, `attempts` and
/// `claimed`: see [#forPublic].
///
/// @param assessed the canonical and sanitised bytes that were attacked and would be released; for
///   a file that is only scanned, the file
/// @param policy null if none was given
/// @param label the label column
/// @param seed the audit seed, or its commitment
/// @param destination where the model is to go
/// @param claimed the metric that the submission claims, as given
/// @param seconds what each phase took, by its name
public record Assessment(
    Submitted submitted,
    Digest assessed,
    Unit unit,
    @Nullable Data data,
    @Nullable PolicyApplied policy,
    String task,
    @Nullable String label,
    @Nullable List<String> classes,
    @Nullable String seed,
    @Nullable Attempts attempts,
    String destination,
    @Nullable String claimed,
    String software,
    int threads,
    SortedMap<String, Double> seconds) {
  private static final int MAX_CLASSES = 1000;
  private static final int MAX_PHASES = 100;

  /// The file as it was handed in; `format` in words: ONNX, TorchScript, DL4J zip.
  public record Submitted(Digest file, String format, long bytes) {
    public Submitted {
      format = Finding.printable(format);
      if (bytes < 0) {
        throw new IllegalArgumentException("a file of %d bytes".formatted(bytes));
      }
    }
  }

  /// Whom a figure counts: persons whom a column names, or rows that are taken for one person each.
  public enum Unit {
    @JsonProperty("person")
    PERSON,
    @JsonProperty("row")
    ROW
  }

  /// The data by HMAC, in hexadecimal, and how many rows there were; `scores` and `mapping` are
  /// null where none were given.
  public record Data(
      String members,
      String nonMembers,
      @Nullable String scores,
      @Nullable String mapping,
      long memberRows,
      long nonMemberRows) {
    public Data {
      keyed("members", members);
      keyed("non-members", nonMembers);
      keyed("scores", scores);
      keyed("mapping", mapping);
      if (memberRows < 0 || nonMemberRows < 0) {
        throw new IllegalArgumentException("%d and %d rows".formatted(memberRows, nonMemberRows));
      }
    }

    private static void keyed(String what, @Nullable String digest) {
      if (digest != null && !digest.matches("([a-z0-9-]{1,20}:)?[0-9a-f]{32,128}")) {
        throw new IllegalArgumentException(
            "the keyed digest of the %s is not in hexadecimal".formatted(what));
      }
    }
  }

  /// The policy that gave the verdict. `standing` says in words how far it can be relied on (signed
  /// by a known key, unsigned); `signer` is null if nobody signed.
  public record PolicyApplied(
      String name, String version, Digest digest, String standing, @Nullable String signer) {
    public PolicyApplied {
      name = Finding.printable(name);
      version = Finding.printable(version, 60);
      standing = Finding.printable(standing);
      signer = signer == null ? null : Finding.printable(signer);
    }
  }

  /// Which attempt on this data this is, counted from 1, and the latest of those before.
  public record Attempts(int number, List<Earlier> earlier) {
    private static final int MOST_SHOWN = 100;

    public Attempts {
      if (earlier.size() > MOST_SHOWN) {
        earlier = earlier.subList(earlier.size() - MOST_SHOWN, earlier.size());
      }
      earlier = List.copyOf(earlier);
      if (number <= earlier.size()) {
        throw new IllegalArgumentException(
            "attempt %d after %d others".formatted(number, earlier.size()));
      }
    }
  }

  /// An attempt before this one.
  public record Earlier(Instant time, Digest model, Verdict verdict) {}

  public Assessment {
    task = Finding.printable(task, 60);
    label = label == null ? null : Finding.printable(label);
    classes = classes == null ? null : classes.stream().map(Finding::printable).toList();
    seed = seed == null ? null : Finding.printable(seed);
    destination = Finding.printable(destination, 60);
    claimed = claimed == null ? null : Finding.printable(claimed);
    software = Finding.printable(software);
    if (classes != null && classes.size() > MAX_CLASSES) {
      throw new IllegalArgumentException(
          "%d classes, at most %d".formatted(classes.size(), MAX_CLASSES));
    }
    if (threads < 1 || seconds.size() > MAX_PHASES) {
      throw new IllegalArgumentException(
          "%d threads, %d phases".formatted(threads, seconds.size()));
    }
    SortedMap<String, Double> phases = new TreeMap<>();
    seconds.forEach((phase, took) -> phases.put(Finding.printable(phase, 60), took));
    if (!phases.values().stream().allMatch(took -> took >= 0 && Double.isFinite(took))) {
      throw new IllegalArgumentException("phases take time, got " + phases);
    }
    seconds = Collections.unmodifiableSortedMap(phases);
  }

  /// Without whatever speaks of the rows: their digests and numbers, names and values in the
  /// tables, the seed that dealt people into halves, the claimed figure, and earlier attempts.
  Assessment forPublic() {
    return new Assessment(
        submitted,
        assessed,
        unit,
        null,
        policy,
        task,
        null,
        null,
        null,
        null,
        destination,
        null,
        software,
        threads,
        seconds);
  }
}
