package dev.caisson.secagg.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.SignedManifest;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.agreement.PublicKeys;
import dev.caisson.secagg.journal.Claim;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.secagg.journal.Standing;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Share;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The largest messages that the largest cohort can send: in bounds, read back, and refused when
/// anything is cut off or added.
final class MessageTest {
  private static final int N = Suite.MAX_COHORT;
  private static final Digest DIGEST = Digest.ofText("any");
  private static final Origin ORIGIN = new Origin(DIGEST, DIGEST, N - 1);

  private static final Standing STANDING =
      new Standing(
          new Sighting(-1, 7),
          IntStream.range(0, N)
              .boxed()
              .collect(
                  Collectors.toMap(
                      member -> member,
                      member -> new Claim(new Sighting(member, Sighting.MAX_HEIGHT), DIGEST),
                      (a, b) -> a,
                      TreeMap::new)));

  /// 200 sites, 1000 segments, and all names as long as they can be.
  private static final RoundManifest LARGEST =
      new RoundManifest(
          "\u20ac".repeat(200),
          Long.MAX_VALUE,
          "\u20ac".repeat(200),
          DIGEST,
          DIGEST,
          IntStream.range(0, N).mapToObj(i -> "%03d".formatted(i) + "x".repeat(60)).toList(),
          N,
          new VectorSpec(
              IntStream.range(0, 1000)
                  .<Segment>mapToObj(
                      i ->
                          new Segment.Real(
                              "%04d".formatted(i) + "\u20ac".repeat(116), 1, 1e30, 1, true))
                  .toList()),
          new Weights.FixedDenominator(Weights.MAX_WEIGHT, Weights.MAX_WEIGHT),
          DIGEST,
          0,
          Long.MAX_VALUE,
          Signatures.ML_DSA_AND_ED25519);

  @FunctionalInterface
  private interface Reader {
    Message read(byte[] encoded) throws MalformedException;
  }

  private record Kind(Message largest, int limit, Reader reader) {}

  private static Map<String, Kind> kinds() {
    PublicKeys keys = new PublicKeys(bytes(32), bytes(1184));
    ShareLeaf leaf =
        new ShareLeaf(
            N - 1,
            bytes(Limits.CIPHERTEXT),
            bytes(Limits.SEALED),
            bytes(Limits.CIPHERTEXT),
            DIGEST,
            DIGEST);
    Share share = Share.of(1, 2, 3, 4, 5);
    Signed<KeysStatement> keysMessage =
        signed(new KeysStatement(ORIGIN, keys, keys, STANDING, Descent.COMPUTED));
    Signed<SharesStatement> shares = signed(new SharesStatement(ORIGIN, DIGEST, DIGEST));
    Signed<ConsentStatement> consent = signed(new ConsentStatement(ORIGIN));
    Signed<AnswerStatement> answer =
        signed(
            new AnswerStatement(
                ORIGIN,
                List.of(),
                Collections.nCopies(
                    N, new AnswerStatement.Recovery(share, Secret.taking(new byte[32])))));
    Map<String, Kind> kinds = new TreeMap<>();
    kinds.put(
        "keys", new Kind(keysMessage, Limits.KEYS, in -> Signed.decode(in, KeysStatement::decode)));
    kinds.put(
        "deal",
        new Kind(new Deal(shares, Collections.nCopies(N, leaf)), Limits.DEAL, Deal::decode));
    kinds.put(
        "upload",
        new Kind(
            signed(new UploadStatement(ORIGIN, DIGEST, Collections.nCopies(N, DIGEST))),
            Limits.UPLOAD,
            in -> Signed.decode(in, UploadStatement::decode)));
    kinds.put(
        "complaint",
        new Kind(
            signed(new ComplaintStatement(ORIGIN, N - 1, "\u20ac".repeat(200))),
            Limits.COMPLAINT,
            in -> Signed.decode(in, ComplaintStatement::decode)));
    kinds.put(
        "consent",
        new Kind(consent, Limits.CONSENT, in -> Signed.decode(in, ConsentStatement::decode)));
    kinds.put(
        "answer",
        new Kind(answer, Limits.ANSWER, in -> Signed.decode(in, AnswerStatement::decode)));
    kinds.put(
        "key list",
        new Kind(
            new KeyList(Collections.nCopies(N, keysMessage)), Limits.KEY_LIST, KeyList::decode));
    kinds.put(
        "share list",
        new Kind(
            new ShareList(
                Collections.nCopies(
                    N,
                    new ShareList.Entry(
                        shares,
                        Optional.of(new ShareList.Parcel(leaf, Collections.nCopies(8, DIGEST)))))),
            Limits.SHARE_LIST,
            ShareList::decode));
    kinds.put(
        "survivor list",
        new Kind(
            new SurvivorList(Collections.nCopies(N, new SurvivorList.Entry(N - 1, DIGEST))),
            Limits.SURVIVOR_LIST,
            SurvivorList::decode));
    kinds.put(
        "consent list",
        new Kind(
            new ConsentList(Collections.nCopies(N, consent)),
            Limits.CONSENT_LIST,
            ConsentList::decode));
    kinds.put(
        "opening",
        new Kind(
            new Opening(
                new SignedManifest(LARGEST, bytes(8_000)),
                Optional.of(new Succession(LARGEST, DIGEST, counted(200)))),
            Limits.OPENING,
            Opening::decode));
    kinds.put(
        "sum opening",
        new Kind(sumOpening(N / 2), Limits.SIGNED_SUM_OPENING, SignedSumOpening::decode));
    kinds.put(
        "sum opening of all",
        new Kind(sumOpening(N), Limits.SIGNED_SUM_OPENING, SignedSumOpening::decode));
    Signed<TagStatement> tag =
        new Signed<>(
            new TagStatement(ORIGIN, DIGEST, 5, (1L << 61) - 2), bytes(Signatures.MAX_BYTES));
    kinds.put("tag", new Kind(tag, Limits.TAG, in -> Signed.decode(in, TagStatement::decode)));
    kinds.put(
        "tag list",
        new Kind(
            new TagList(
                Collections.nCopies(N, tag),
                Collections.nCopies(N, new TagList.Shown(N - 1, DIGEST))),
            Limits.TAG_LIST,
            TagList::decode));
    return kinds;
  }

  /// So many survivors, all others lost after U2.
  private static SignedSumOpening sumOpening(int survivors) {
    Signed<UploadStatement> upload =
        new Signed<>(
            new UploadStatement(ORIGIN, DIGEST, Collections.nCopies(N, DIGEST)),
            bytes(Signatures.MAX_BYTES));
    List<Secret> seeds = Collections.nCopies(survivors, Secret.taking(new byte[Secret.BYTES]));
    return new SignedSumOpening(
        new SumOpening(
            DIGEST,
            DIGEST,
            DIGEST,
            DIGEST,
            DIGEST,
            Collections.nCopies(survivors, upload),
            seeds,
            Collections.nCopies(N - survivors, seeds)),
        bytes(8_000));
  }

  @Test
  void aTagOutsideTheFieldIsMalformed() {
    byte[] encoded = new TagStatement(ORIGIN, DIGEST, 0, (1L << 61) - 2).encoded();
    encoded[encoded.length - 1]++; // 2^61 - 1 is 0
    assertThatThrownBy(() -> TagStatement.decode(encoded)).isInstanceOf(MalformedException.class);
  }

  @Test
  void theLargestMessagesAreWithinTheirLimitsAndReadBack() throws Exception {
    for (Map.Entry<String, Kind> entry : kinds().entrySet()) {
      Kind kind = entry.getValue();
      byte[] encoded = kind.largest.encoded();
      assertThat(encoded.length).as(entry.getKey()).isLessThanOrEqualTo(kind.limit);
      assertThat(encoded.length).as(entry.getKey()).isLessThanOrEqualTo(Limits.ANY);
      assertThat(kind.reader.read(encoded).encoded()).as(entry.getKey()).isEqualTo(encoded);
    }
  }

  @Test
  void truncatedAndLengthenedMessagesAreMalformed() {
    kinds()
        .forEach(
            (name, kind) -> {
              byte[] encoded = kind.largest.encoded();
              for (int cut = 0; cut < 40; cut++) {
                int length = (int) ((long) encoded.length * cut / 40);
                assertThatThrownBy(() -> kind.reader.read(Arrays.copyOf(encoded, length)))
                    .as("%s cut to %d", name, length)
                    .isInstanceOf(MalformedException.class);
              }
              assertThatThrownBy(() -> kind.reader.read(Arrays.copyOf(encoded, encoded.length + 1)))
                  .as("%s with a byte more", name)
                  .isInstanceOf(MalformedException.class);
            });
  }

  /// 40 single-byte mutants of each message: each decodes or is malformed, nothing else.
  @Test
  void mutantsDecodeOrAreMalformed() {
    SeededRandom random = new SeededRandom(11);
    kinds()
        .forEach(
            (name, kind) -> {
              byte[] encoded = kind.largest.encoded();
              for (int i = 0; i < 40; i++) {
                byte[] mutant = encoded.clone();
                mutant[random.nextInt(Math.min(encoded.length, 4000))] = (byte) random.nextInt();
                try {
                  assertThat(kind.reader.read(mutant)).as(name).isNotNull();
                } catch (MalformedException e) {
                  assertThat(e).hasMessageNotContaining("null");
                }
              }
            });
  }

  @Test
  void anOpeningReadsBackWithAndWithoutASuccession() throws Exception {
    SignedManifest manifest = new SignedManifest(LARGEST, bytes(3));
    for (Optional<Succession> succession :
        List.of(
            Optional.<Succession>empty(),
            Optional.of(new Succession(LARGEST, Digest.ofText("the sum"))),
            Optional.of(new Succession(LARGEST, Digest.ofText("the sum"), counted(3))))) {
      Opening opening = new Opening(manifest, succession);
      assertThat(Opening.decode(opening.encoded())).isEqualTo(opening);
    }
  }

  private static SortedMap<String, Long> counted(int sites) {
    SortedMap<String, Long> counted = new TreeMap<>();
    for (int i = 0; i < sites; i++) {
      counted.put("%03d%s".formatted(i, "x".repeat(60)), Long.MAX_VALUE - i);
    }
    return counted;
  }

  @Test
  void aSuccessionNamesEachSiteOnceAndNotMoreThanACohortHas() throws Exception {
    assertThatThrownBy(() -> new Succession(LARGEST, DIGEST, counted(201)))
        .hasMessage("at most 200 sites are named, got 201");
    byte[] two = new Succession(LARGEST, DIGEST, counted(2)).encoded();
    byte[] twice = two.clone();
    int entry = 63 + Integer.BYTES + Long.BYTES;
    System.arraycopy(two, two.length - 2 * entry, twice, two.length - entry, entry);
    assertThatThrownBy(() -> Succession.decode(twice))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("once each, in order");
  }

  @Test
  void anOpeningWithHalfASuccessionIsMalformed() throws Exception {
    SignedManifest manifest = new SignedManifest(LARGEST, bytes(3));
    byte[] none = new Opening(manifest, Optional.empty()).encoded();
    byte[] promised = none.clone();
    promised[none.length - 1] = 1; // says that one follows
    assertThatThrownBy(() -> Opening.decode(promised))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("truncated");
    promised[none.length - 1] = 2;
    assertThatThrownBy(() -> Opening.decode(promised)).hasMessageContaining("2 is outside 0..1");
    byte[] some = new Opening(manifest, Optional.of(new Succession(LARGEST, DIGEST))).encoded();
    byte[] unsaid = some.clone();
    unsaid[none.length - 1] = 0; // says that none follows
    assertThatThrownBy(() -> Opening.decode(unsaid))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("behind the last field");
    byte[] cut = new Succession(LARGEST, DIGEST).encoded();
    assertThatThrownBy(() -> Succession.decode(Arrays.copyOf(cut, cut.length - 1)))
        .isInstanceOf(MalformedException.class);
    assertThat(Succession.decode(cut)).isEqualTo(new Succession(LARGEST, DIGEST));
  }

  @Test
  void statementsOfOneKindAreNeverReadAsAnother() {
    byte[] consent = signed(new ConsentStatement(ORIGIN)).encoded();
    assertThatThrownBy(() -> Signed.decode(consent, KeysStatement::decode))
        .isInstanceOf(MalformedException.class);
    assertThat(new ConsentStatement(ORIGIN).encoded())
        .isNotEqualTo(new SharesStatement(ORIGIN, DIGEST, DIGEST).encoded());
  }

  /// By both schemes, which is the longest that a signature can be.
  private static <S extends Statement> Signed<S> signed(S statement) {
    return new Signed<>(statement, bytes(Signatures.MAX_BYTES));
  }

  private static Bytes bytes(int length) {
    return Bytes.of(new byte[length]);
  }
}
