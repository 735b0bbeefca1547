package dev.caisson.client.round;

import dev.caisson.client.ledger.RoundRecord;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.check.Finding;
import dev.caisson.secagg.check.Proceedings;
import dev.caisson.secagg.check.SiteCheck;
import dev.caisson.secagg.check.Totals;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SignedSumOpening;
import dev.caisson.secagg.message.TagList;
import dev.caisson.secagg.message.TagStatement;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This site's part in checking a sum that it answered for: says the tag of its own upload, fetches
/// what the others say, and writes the outcome into the journal, by which [Ancestry] goes. One
/// thread at a time.
final class SumChecking {
  private static final Logger LOG = LoggerFactory.getLogger(SumChecking.class);

  private static final long SHOWN_BYTES = 512L << 20;

  private final SiteRoundRunner.Site site;
  private final RoundManifest manifest;
  private final String study;
  private final String round;
  private final States states;
  private final Outbox outbox;

  /// Nothing where the sum is not to be checked, or nothing can be kept.
  private @Nullable RoundRecord record;

  private @Nullable SiteCheck check;
  private @Nullable SignedSumOpening opening;
  private boolean over;

  private SumChecking(
      SiteRoundRunner.Site site,
      RoundManifest manifest,
      States states,
      String round,
      Outbox outbox) {
    this.site = site;
    this.manifest = manifest;
    this.study = manifest.study();
    this.round = round;
    this.states = states;
    this.outbox = outbox;
  }

  /// Before the upload, of which a copy is kept. Where that fails there is no check, and the round
  /// goes on.
  ///
  /// @param states are told the sum that is verified: the next state follows from it
  static SumChecking begin(
      SiteRoundRunner.Site site,
      RoundManifest manifest,
      States states,
      String round,
      Outbox outbox) {
    SumChecking checking = new SumChecking(site, manifest, states, round, outbox);
    if (isDue(manifest)) {
      try {
        checking.record = site.records().begin(manifest.digest());
      } catch (IOException e) {
        checking.cannotKeep(e);
      }
    }
    return checking;
  }

  /// A chunk of the upload is about to be sent.
  void sent(int chunk, byte[] packed) {
    if (record != null) {
      try {
        record.keepChunk(manifest.layout(), chunk, packed);
      } catch (IOException e) {
        cannotKeep(e);
      }
    }
  }

  private void cannotKeep(IOException e) {
    LOG.warn("{}: the upload cannot be kept, its sum cannot be checked: {}", round, e.getMessage());
    close(); // the ledger may need the room
    record = null;
  }

  /// The round is over at this site.
  void close() {
    if (record != null) {
      try {
        site.records().end(record);
      } catch (IOException e) {
        LOG.warn("{}: a file of its record is left: {}", round, e.getMessage());
      }
    }
  }

  /// Whether sites check the sum of this round: one that they get to know anyway, and that can be.
  static boolean isDue(RoundManifest manifest) {
    return manifest.purpose().equals(Purpose.TRAIN.label()) && Totals.isDue(manifest);
  }

  /// Whether a message of the check is to come.
  boolean awaits() {
    return record != null && !over;
  }

  /// Whether the check is due and this site has nothing to make it with.
  boolean isBlind() {
    return record == null && isDue(manifest);
  }

  /// Lets a message of the check pass, and says so once.
  void pass() throws IOException {
    if (!over) {
      over = true;
      site.ledger()
          .note(study, round, "unverified", "nothing of the round could be kept; see the log");
    }
    outbox.checked(study, round);
  }

  /// Takes the coordinator's next message after the answer: the opening, then the tags.
  void handle(Proceedings proceedings, byte[] payload) throws IOException {
    if (record == null) {
      throw new IllegalStateException("no message is awaited");
    }
    if (check == null || opening == null) {
      check =
          new SiteCheck(
              proceedings,
              site.name(),
              site.key(),
              site.policy().roster(),
              site.policy().coordinator());
      tag(check, proceedings, record, payload);
    } else {
      judge(check, proceedings, record, opening, payload);
    }
  }

  private void tag(SiteCheck check, Proceedings proceedings, RoundRecord record, byte[] payload)
      throws IOException {
    SignedSumOpening signed;
    try {
      signed = SignedSumOpening.decode(payload);
    } catch (MalformedException e) {
      over = true;
      site.ledger()
          .note(study, round, "unverified", "the opening does not decode: " + e.getMessage());
      outbox.checked(study, round);
      return;
    }
    opening = signed;
    record.keep(proceedings); // first, for an opening that lies is what is to be shown later
    record.keep(signed);
    SiteCheck.Tagging tagging;
    try {
      tagging = check.tag(payload, record.upload(manifest.layout()));
    } catch (UncheckedIOException e) {
      tagging =
          new SiteCheck.Tagging.Over(
              new Finding.Unverified("this site's copy of its upload: " + e.getMessage()));
    }
    switch (tagging) {
      case SiteCheck.Tagging.Over(Finding finding) -> conclude(record, signed, finding);
      case SiteCheck.Tagging.Tagged(Signed<TagStatement> tag, SignedSumOpening _) -> {
        byte[] message = tag.encoded();
        site.ledger().sending(study, round, "tag", message.length, Digest.of(message));
        outbox.message(study, round, message);
      }
    }
  }

  private void judge(
      SiteCheck check,
      Proceedings proceedings,
      RoundRecord record,
      SignedSumOpening signed,
      byte[] payload)
      throws IOException {
    Finding finding;
    try {
      TagList list = TagList.decode(payload);
      record.keep(new TagList(check.withOwn(list.tags()), list.uploads()));
      finding = finding(check, proceedings, record, signed, list);
    } catch (MalformedException e) {
      finding = new Finding.Unverified("the list of tags does not decode: " + e.getMessage());
    } catch (UncheckedIOException e) {
      finding = new Finding.Unverified(String.valueOf(e.getMessage()));
    }
    conclude(record, signed, finding);
  }

  private Finding finding(
      SiteCheck check,
      Proceedings proceedings,
      RoundRecord record,
      SignedSumOpening signed,
      TagList list) {
    Layout upload = manifest.layout();
    Optional<Layout> total = Totals.layout(upload, proceedings.u3().members().size());
    if (total.isEmpty()) {
      return new Finding.Unverified("the ring is too wide for a total");
    }
    Map<Integer, IntFunction<byte[]>> uploads = new HashMap<>();
    VerifiedSum sum;
    try {
      outbox.fetch(study, signed.opening().content(), total.get().bytes(), record.totalFile());
      for (TagList.Shown shown : list.uploads()) {
        int member = shown.member();
        if (!proceedings.u3().members().contains(member) || uploads.containsKey(member)) {
          continue;
        }
        if ((uploads.size() + 1) * upload.bytes() > mostShownBytes(upload)) {
          return new Finding.Unverified(
              "the uploads of %d silent members are more than this site takes"
                  .formatted(list.uploads().size()));
        }
        outbox.fetch(study, shown.content(), upload.bytes(), record.uploadFile(member));
        uploads.put(member, record.upload(member, upload));
      }
      sum = new VerifiedSum(manifest, states.sumFile());
    } catch (IOException e) {
      return new Finding.Unverified("what is to be checked cannot be had: " + e.getMessage());
    }
    try (sum) {
      Finding finding = check.check(record.total(total.get()), list, uploads, sum);
      if (finding instanceof Finding.Verified(Digest digest, _, _) && sum.isKept()) {
        states.keptSum(digest);
      }
      return finding;
    }
  }

  /// Uploads of silent members together: four, and of short vectors as many as fit.
  private static long mostShownBytes(Layout upload) {
    return Math.max(SHOWN_BYTES, 4 * upload.bytes());
  }

  private void conclude(RoundRecord record, SignedSumOpening signed, Finding finding)
      throws IOException {
    over = true;
    site.records().end(record);
    JournalEntry.Checked.Result result =
        switch (finding) {
          case Finding.Verified _ -> JournalEntry.Checked.Result.VERIFIED;
          case Finding.Wrong _ -> JournalEntry.Checked.Result.WRONG;
          case Finding.Unverified _ -> JournalEntry.Checked.Result.UNVERIFIED;
        };
    Optional<Fault> objection =
        site.ledger()
            .record(
                new JournalEntry.Checked(
                    manifest.digest(), result, signed.opening().sum(), finding.inWords()),
                study,
                round);
    if (objection.isPresent()) {
      LOG.warn("study '{}', {}: {}", study, round, objection.get());
    }
    if (result == JournalEntry.Checked.Result.WRONG) {
      record.markWrong();
    }
    outbox.checked(study, round);
    switch (finding) {
      case Finding.Verified _ -> LOG.debug("study '{}', {}: {}", study, round, finding.inWords());
      case Finding.Wrong _ ->
          LOG.warn(
              "study '{}', {}: THE SUM IS WRONG: {}; this site computes no state from it; see"
                  + " 'caisson site verify-round'",
              study,
              round,
              finding.inWords());
      case Finding.Unverified _ ->
          LOG.warn("study '{}', {}: the sum is not verified: {}", study, round, finding.inWords());
    }
  }
}
