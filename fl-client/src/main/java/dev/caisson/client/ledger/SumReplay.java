package dev.caisson.client.ledger;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.check.Finding;
import dev.caisson.secagg.check.Proceedings;
import dev.caisson.secagg.check.SumVerifier;
import dev.caisson.secagg.check.Totals;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.SignedSumOpening;
import dev.caisson.secagg.message.TagList;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/// Checks a round's sum again, from this site's ledger and what it keeps of the round, without
/// asking anybody. The record is not believed: it must give the D1 and D3 that stand in the ledger.
public final class SumReplay {
  private final RoundRecords records;
  private final Roster roster;
  private final Identity coordinator;

  public SumReplay(RoundRecords records, Roster roster, Identity coordinator) {
    this.records = records;
    this.roster = roster;
    this.coordinator = coordinator;
  }

  /// What can be said of this round today.
  public Finding of(RoundHistory.Round round) throws IOException {
    if (round.answered().isEmpty()) {
      return gap("this site did not answer the round, so it checks no sum of it");
    }
    Optional<RoundRecord> record = records.find(round.answered().get().manifest());
    if (record.isEmpty()) {
      return gap(
          "nothing is kept of this round: sums of training are kept for the newest %d rounds"
              .formatted(RoundRecords.KEPT));
    }
    try {
      return of(round, record.get());
    } catch (NoSuchFileException e) {
      return gap("the round's record has no %s".formatted(e.getFile()));
    } catch (UncheckedIOException e) {
      return gap("the round's record cannot be read: " + e.getMessage());
    } catch (MalformedException e) {
      return gap("the round's record is damaged: " + e.getMessage());
    }
  }

  private Finding of(RoundHistory.Round round, RoundRecord record)
      throws IOException, MalformedException {
    Proceedings proceedings = record.proceedings();
    JournalEntry.Answered answered = round.answered().orElseThrow();
    if (!proceedings.manifest().digest().equals(answered.manifest())
        || !round.keyed().map(JournalEntry.Keyed::d1).equals(Optional.of(proceedings.d1()))
        || !proceedings.d3().equals(answered.d3())) {
      return gap("the round's record is not of the D1 and D3 that stand in the ledger");
    }
    if (proceedings.manifest().cohort().stream().anyMatch(name -> roster.find(name).isEmpty())) {
      return gap("the roster of this site no longer has the whole cohort");
    }
    SumVerifier verifier = new SumVerifier(proceedings, roster, coordinator);
    Optional<String> renewed = verifier.renewed();
    if (renewed.isPresent()) {
      return gap(
          "the roster's key of %s is not the one of that round; with today's roster nothing can be said of it"
              .formatted(renewed.get()));
    }
    SignedSumOpening opening = record.opening();
    Optional<Finding> objection = verifier.objection(opening);
    if (objection.isPresent()) {
      return objection.get();
    }
    TagList tags = record.tags();
    Layout upload = proceedings.manifest().layout();
    Optional<Layout> total = Totals.layout(upload, answered.survivors().size());
    if (total.isEmpty()) {
      return gap("the ring is too wide for a total");
    }
    Map<Integer, IntFunction<byte[]>> uploads = new HashMap<>();
    for (TagList.Shown shown : tags.uploads()) {
      if (record.hasUpload(shown.member())) {
        uploads.put(shown.member(), record.upload(shown.member(), upload));
      }
    }
    Finding finding = verifier.verify(opening, record.total(total.get()), tags.tags(), uploads);
    return used(round, opening.opening().sum(), finding);
  }

  /// A sum that checks is of no use if the next state came from another.
  private static Finding used(RoundHistory.Round round, Digest sum, Finding finding) {
    boolean another = round.succeeded().map(s -> !s.sum().equals(sum)).orElse(false);
    return another && finding instanceof Finding.Verified
        ? new Finding.Wrong(
            List.of(Fault.COORDINATOR),
            "the next state came from another sum than the one that checks")
        : finding;
  }

  private static Finding gap(String words) {
    return new Finding.Unverified(words);
  }
}
