package dev.caisson.secagg;

import dev.caisson.secagg.coordinator.CollectingAnswers;
import dev.caisson.secagg.coordinator.CollectingConsents;
import dev.caisson.secagg.coordinator.CollectingKeys;
import dev.caisson.secagg.coordinator.CollectingShares;
import dev.caisson.secagg.coordinator.CollectingUploads;
import dev.caisson.secagg.coordinator.CoordinatorPhase;
import dev.caisson.secagg.coordinator.CoordinatorRound;
import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.coordinator.UploadStore;
import dev.caisson.secagg.message.ComplaintStatement;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Opening;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.site.Upload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;

/// Everything that was said in one whole round, by sender or receiver.
public final class Tape {
  public final RoundManifest manifest;
  public final NavigableMap<String, byte[]> keys;
  public final NavigableMap<String, byte[]> keyLists;
  public final NavigableMap<String, byte[]> deals;
  public final NavigableMap<String, byte[]> shareLists;
  public final NavigableMap<String, byte[]> headers;
  public final NavigableMap<String, List<byte[]>> chunks = new TreeMap<>();
  public final NavigableMap<String, byte[]> survivorLists;
  public final NavigableMap<String, byte[]> consents;
  public final NavigableMap<String, byte[]> consentLists;
  public final NavigableMap<String, byte[]> answers;
  public final SumResult sum;
  private static final Receipt ACCEPTED = new Receipt.Accepted();
  private final Federation federation;

  /// Plays on from the beginning to the sum.
  public Tape(Play play) {
    this(play, step -> Set.of());
  }

  /// The same, where before each of the steps 1 to 5 some sites fall silent for good.
  public Tape(Play play, IntFunction<Set<String>> silentFrom) {
    federation = play.federation;
    manifest = play.manifest;
    keys = said(play, silentFrom.apply(1));
    require(play.collectKeys(), play);
    keyLists = encoded(play.toSites);
    play.deal();
    deals = said(play, silentFrom.apply(2));
    require(play.collectShares(), play);
    shareLists = encoded(play.toSites);
    play.agree();
    play.mask();
    headers = said(play, silentFrom.apply(3));
    headers
        .keySet()
        .forEach(
            name -> {
              Upload upload = Play.at(play.uploading, name).upload();
              List<byte[]> packed = new ArrayList<>();
              for (int i = 0; i < upload.chunkCount(); i++) {
                packed.add(upload.chunk(i));
              }
              chunks.put(name, packed);
            });
    require(play.collectUploads(), play);
    survivorLists = encoded(play.toSites);
    play.consent();
    consents = said(play, silentFrom.apply(4));
    require(play.collectConsents(), play);
    consentLists = encoded(play.toSites);
    play.answer();
    answers = said(play, silentFrom.apply(5));
    sum = play.sum();
  }

  private static NavigableMap<String, byte[]> said(Play play, Set<String> silent) {
    play.silent.addAll(silent);
    NavigableMap<String, byte[]> said = new TreeMap<>(play.fromSites);
    said.keySet().removeAll(play.silent);
    return said;
  }

  private static void require(boolean goesOn, Play play) {
    if (!goesOn) {
      throw new AssertionError("no whole round: " + play.last);
    }
  }

  /// What another coordinator makes of what these sites said up to the step `last`, before which
  /// those of `silent` fall silent: what closing that step gives.
  public Outcome<?> replay(int last, Set<String> silent) {
    CollectingKeys first =
        CoordinatorRound.open(manifest, federation.roster(), UploadStore.inMemory());
    feed(first, keys, last == 1 ? silent : Set.of());
    Outcome<CollectingShares> u1 = first.close();
    if (last == 1) {
      return u1;
    }
    CollectingShares second = next(u1);
    feed(second, deals, last == 2 ? silent : Set.of());
    Outcome<CollectingUploads> u2 = second.close();
    if (last == 2) {
      return u2;
    }
    CollectingUploads third = next(u2);
    chunks.forEach(
        (name, packed) -> {
          for (int i = 0; i < packed.size() && !(last == 3 && silent.contains(name)); i++) {
            third.acceptChunk(name, i, packed.get(i));
          }
        });
    feed(third, headers, last == 3 ? silent : Set.of());
    Outcome<CollectingConsents> u3 = third.close();
    if (last == 3) {
      return u3;
    }
    CollectingConsents fourth = next(u3);
    feed(fourth, consents, last == 4 ? silent : Set.of());
    Outcome<CollectingAnswers> agreed = fourth.close();
    if (last == 4) {
      return agreed;
    }
    CollectingAnswers fifth = next(agreed);
    feed(fifth, answers, silent);
    return fifth.close();
  }

  private static <P> P next(Outcome<P> outcome) {
    return switch (outcome) {
      case Outcome.Next<P>(P phase, _) -> phase;
      case Outcome.Aborted<P> aborted -> throw new AssertionError("a whole round: " + aborted);
    };
  }

  private static void feed(
      CoordinatorPhase phase, Map<String, byte[]> messages, Set<String> silent) {
    messages.forEach(
        (name, message) -> {
          if (!silent.contains(name) && !phase.accept(name, message).equals(ACCEPTED)) {
            throw new AssertionError("not accepted again from " + name);
          }
        });
  }

  private static NavigableMap<String, byte[]> encoded(Map<String, Message> messages) {
    NavigableMap<String, byte[]> encoded = new TreeMap<>();
    messages.forEach((name, message) -> encoded.put(name, message.encoded()));
    return encoded;
  }

  /// One message of each kind, to or from this site, by its kind.
  public NavigableMap<String, byte[]> kinds(String site) {
    NavigableMap<String, byte[]> kinds = new TreeMap<>();
    kinds.put("opening", opening());
    kinds.put("keys", Play.at(keys, site));
    kinds.put("key list", Play.at(keyLists, site));
    kinds.put("deal", Play.at(deals, site));
    kinds.put("share list", Play.at(shareLists, site));
    kinds.put("header", Play.at(headers, site));
    kinds.put("chunk", Play.at(chunks, site).getFirst());
    kinds.put("complaint", complaint(site));
    kinds.put("survivor list", Play.at(survivorLists, site));
    kinds.put("consent", Play.at(consents, site));
    kinds.put("consent list", Play.at(consentLists, site));
    kinds.put("answer", Play.at(answers, site));
    return kinds;
  }

  private byte[] opening() {
    return new Opening(SignedManifest.sign(manifest, Federation.COORDINATOR), Optional.empty())
        .encoded();
  }

  /// Made up: nobody complained.
  private byte[] complaint(String site) {
    Origin origin = new Origin(manifest.digest(), sum.d1(), manifest.cohort().indexOf(site));
    return Signed.sign(
            new ComplaintStatement(origin, 0, "ENVELOPE: the envelope does not open"),
            manifest.signatures(),
            federation.key(site))
        .encoded();
  }
}
