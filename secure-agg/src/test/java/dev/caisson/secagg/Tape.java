package dev.caisson.secagg;

import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.message.ComplaintStatement;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Opening;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

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
  private final Federation federation;

  /// Plays on from the beginning to the sum.
  public Tape(Play play) {
    federation = play.federation;
    manifest = play.manifest;
    keys = new TreeMap<>(play.fromSites);
    play.collectKeys();
    keyLists = encoded(play.toSites);
    play.deal();
    deals = new TreeMap<>(play.fromSites);
    play.collectShares();
    shareLists = encoded(play.toSites);
    play.agree();
    play.mask();
    headers = new TreeMap<>(play.fromSites);
    play.uploading.forEach(
        (name, site) -> {
          List<byte[]> packed = new ArrayList<>();
          for (int i = 0; i < site.upload().chunkCount(); i++) {
            packed.add(site.upload().chunk(i));
          }
          chunks.put(name, packed);
        });
    play.collectUploads();
    survivorLists = encoded(play.toSites);
    play.consent();
    consents = new TreeMap<>(play.fromSites);
    play.collectConsents();
    consentLists = encoded(play.toSites);
    play.answer();
    answers = new TreeMap<>(play.fromSites);
    sum = play.sum();
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
