package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.aggregate.ChunkStore;
import dev.caisson.secagg.coordinator.CoordinatorRound;
import dev.caisson.secagg.coordinator.CoordinatorRound.Sums;
import dev.caisson.secagg.coordinator.OpenedSum;
import dev.caisson.secagg.coordinator.UploadStore;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.encoding.RealSource;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.masking.Block;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.site.Masking;
import dev.caisson.secagg.site.Step;
import dev.caisson.secagg.site.Upload;
import dev.caisson.secagg.site.Uploading;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Vectors of several blocks, made and summed on several threads, and values that are asked for.
final class LongVectorTest {
  private static final int CHUNKS = 2 * Block.CHUNKS + 2;
  private static final int LENGTH = (CHUNKS - 1) * Layout.CHUNK_LANES + 77;
  private static final Threads THREE = new Threads(3);

  /// Steps of 1/1024: values of whole steps stay exact.
  private static final Segment.Real UPDATE = new Segment.Real("x", LENGTH, 1, 1024, true);

  private final Federation four = new Federation(4);
  private final RoundManifest manifest = ManifestDraft.like(four.one(3)).vector(UPDATE).build();

  private static float value(int site, int entry) {
    return ((entry * 31 + site * 7) % 2049 - 1024) / 1024f;
  }

  private static RealSource source(int site) {
    return (from, into, size) -> {
      for (int i = 0; i < size; i++) {
        into[i] = value(site, from + i);
      }
    };
  }

  private static float[] array(int site) {
    float[] values = new float[LENGTH];
    source(site).read(0, values, LENGTH);
    return values;
  }

  private static Input asked(int site) {
    return Input.weighing(1).with("x", LENGTH, source(site));
  }

  /// Of all but the third.
  private OpenedSum opened(UploadStore uploads, Optional<Function<Layout, ChunkStore>> total) {
    Play play = new Play(four, manifest);
    ChunkStore store = ChunkStore.inMemory(CHUNKS);
    play.keys =
        CoordinatorRound.open(manifest, four.roster(), uploads, new Sums(store, THREE, total));
    agree(play);
    for (int site = 0; site < 4; site++) {
      mask(play, site, asked(site), THREE);
    }
    play.silent.add("site-002");
    return play.toAnswers().open();
  }

  private static void assertExact(double[] all) {
    for (int i = 0; i < LENGTH; i++) {
      double expected = value(0, i) + value(1, i) + value(3, i);
      assertThat(all[i]).as("entry %d", i).isEqualTo(expected);
    }
  }

  /// A full disk, while the sum is taken that sites have spent a state on.
  @Test
  void aPlaceThatFailsCostsTheCheckOfASumAndNotTheSum() {
    UploadStore uploads = UploadStore.inMemory();
    OpenedSum good = opened(uploads, Optional.of(total -> ChunkStore.inMemory(total.chunks())));
    assertThat(good.show(Federation.COORDINATOR, uploads)).isPresent();
    OpenedSum unchecked = opened(uploads, Optional.of(_ -> new FullAfterOne()));
    assertExact(unchecked.result().aggregate().sum("x"));
    assertThat(unchecked.show(Federation.COORDINATOR, uploads)).isEmpty();
    OpenedSum placeless =
        opened(
            uploads,
            Optional.of(
                _ -> {
                  throw new UncheckedIOException(new IOException("no room"));
                }));
    assertExact(placeless.result().aggregate().sum("x"));
    assertThat(placeless.show(Federation.COORDINATOR, uploads)).isEmpty();
  }

  private static final class FullAfterOne implements ChunkStore {
    @Override
    public void put(int chunk, byte[] packed) {
      if (chunk > 0) {
        throw new UncheckedIOException(new IOException("No space left on device"));
      }
    }

    @Override
    public byte[] get(int chunk) {
      throw new IllegalStateException("nobody asks for a total that is lost");
    }
  }

  @Test
  void manyThreadsSumExactlyWithADropout() {
    Aggregate sum = opened(UploadStore.inMemory(), Optional.empty()).result().aggregate();
    double[] all = sum.sum("x");
    assertExact(all);
    double[] piece = new double[50];
    sum.sum("x", Layout.CHUNK_LANES - 25, piece, 50);
    for (int i = 0; i < 50; i++) {
      assertThat(piece[i]).isEqualTo(all[Layout.CHUNK_LANES - 25 + i]);
    }
    assertThat(sum.mean("x")[9]).isEqualTo(all[9] / sum.denominator("x"));
    ByteArrayOutputStream pieces = new ByteArrayOutputStream();
    sum.content(pieces::writeBytes);
    assertThat(pieces.toByteArray()).isEqualTo(sum.content());
  }

  @Test
  void pastTheEndOfASegmentThereIsNothing() {
    Play play = new Play(four, four.manifest(3)).numbers();
    Input input =
        Input.weighing(1)
            .with("update", new float[20])
            .with("loss", 0.5)
            .withExact("histogram", new long[9]);
    four.names().forEach(name -> play.inputs.put(name, input));
    Aggregate sum = play.toUploads().toAnswers().sum().aggregate();
    assertThatThrownBy(() -> sum.sum("update", 19, new double[2], 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /// The same chance in both rounds: what leaves is the same to the byte.
  @Test
  void threadsAndSourcesChangeNoByte() {
    Play first = agree(new Play(four, manifest));
    Play second = agree(new Play(four, manifest));
    Uploading one = mask(first, 1, Input.weighing(1).with("x", array(1)), Threads.ONE);
    Uploading many = mask(second, 1, asked(1), THREE);
    assertThat(many.upload().header().statement()).isEqualTo(one.upload().header().statement());
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      assertThat(many.upload().chunk(chunk)).isEqualTo(one.upload().chunk(chunk));
    }
  }

  /// A chunk that is asked for again, or out of turn, is the same.
  @Test
  void chunksInAnyOrderAreTheSame() {
    Play play = agree(new Play(four, manifest));
    Upload upload = mask(play, 0, asked(0), THREE).upload();
    byte[] last = upload.chunk(CHUNKS - 1);
    byte[] second = upload.chunk(1);
    assertThat(upload.chunk(CHUNKS - 1)).isEqualTo(last);
    assertThat(upload.chunk(1)).isEqualTo(second);
    assertThatThrownBy(() -> upload.chunk(CHUNKS)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> upload.chunk(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  /// With room for all of it, nothing is read after the header is signed, and nothing is forgotten
  /// until the upload is closed; with room for one byte less it is made again.
  @Test
  void aVectorThatMayStayIsMadeOnceAndHasTheSameBytes() {
    long room = (long) CHUNKS * manifest.layout().packedBytes(0);
    Upload twice = mask(agree(new Play(four, manifest)), 0, asked(0), THREE).upload();
    for (boolean stays : new boolean[] {true, false}) {
      AtomicInteger reads = new AtomicInteger();
      RealSource source =
          (from, into, size) -> {
            reads.incrementAndGet();
            source(0).read(from, into, size);
          };
      Play play = agree(new Play(four, manifest));
      Secret coins = Federation.coins("site-000", manifest.model());
      Input input = Input.weighing(1).with("x", LENGTH, source);
      Step<Uploading> step =
          Play.at(play.masking, "site-000").mask(input, coins, THREE, stays ? room : room - 1);
      Upload upload = ((Step.Next<Uploading>) step).phase().upload();
      int before = reads.get();
      for (int chunk : new int[] {CHUNKS - 1, 0, 1, 0, CHUNKS - 1}) {
        assertThat(upload.chunk(chunk)).as("chunk %d", chunk).isEqualTo(twice.chunk(chunk));
      }
      assertThat(reads.get() == before).isEqualTo(stays);
      upload.close();
      assertThatThrownBy(() -> upload.chunk(0)).hasMessage("this upload is closed");
    }
  }

  @Test
  void fingerprintsDoNotDependOnThreads() {
    Step<Uploading> one = step(agree(new Play(four, manifest)), 2, asked(2), Threads.ONE);
    Step<Uploading> many = step(agree(new Play(four, manifest)), 2, asked(2), THREE);
    assertThat(entry(many).fingerprint()).isEqualTo(entry(one).fingerprint());
  }

  @Test
  void aSourceWithAValueThatIsNotFiniteIsRefusedBeforeAnythingIsMasked() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      int at = Layout.CHUNK_LANES + 5;
      RealSource source =
          (from, into, size) -> {
            source(0).read(from, into, size);
            if (from <= at && at < from + size) {
              into[at - from] = bad;
            }
          };
      Play play = agree(new Play(four, manifest));
      Refusals.assertRefused(
          step(play, 0, Input.weighing(1).with("x", LENGTH, source), THREE),
          Rule.INPUT,
          "site-000",
          "segment 'x': entry %d is not finite".formatted(at));
    }
  }

  @Test
  void aSourceOfAnotherLengthIsRefused() {
    Play play = agree(new Play(four, manifest));
    Refusals.assertRefused(
        step(play, 0, Input.weighing(1).with("x", LENGTH - 1, source(0)), THREE),
        Rule.INPUT,
        "site-000",
        "segment 'x': %d entries expected, got %d".formatted(LENGTH, LENGTH - 1));
  }

  /// Other values the second time stop the upload, on any thread, and wipe what it holds: the mask
  /// keys of four and a rounding key a thread.
  @Test
  void aSourceThatChangesItsMindStopsTheUpload() {
    Play play = agree(new Play(four, manifest));
    boolean[] changed = {false};
    RealSource source =
        (from, into, size) -> {
          source(0).read(from, into, size);
          if (changed[0] && from > Block.CHUNKS * Layout.CHUNK_LANES) {
            into[3] += 0.5f;
          }
        };
    Upload upload = mask(play, 0, Input.weighing(1).with("x", LENGTH, source), THREE).upload();
    Reachable held = Reachable.from(upload);
    changed[0] = true;
    assertThatThrownBy(() -> upload.chunk(0)).hasMessageContaining("the input changed after chunk");
    held.assertWiped(4 + 3);
    assertThatThrownBy(() -> upload.chunk(0)).hasMessage("this upload is closed");
  }

  @Test
  void aSourceThatFailsLeavesNoMaskBehind() {
    Play play = agree(new Play(four, manifest));
    int[] reads = {0};
    RealSource source =
        (from, into, size) -> {
          if (++reads[0] > CHUNKS) { // once through for the check, then to be masked
            throw new IllegalStateException("the table is gone");
          }
          source(0).read(from, into, size);
        };
    Masking masking = Play.at(play.masking, "site-000");
    Input input = Input.weighing(1).with("x", LENGTH, source);
    Secret coins = Federation.coins("site-000", manifest.model());
    assertThatThrownBy(() -> masking.mask(input, coins)).hasMessage("the table is gone");
    Reachable held = Reachable.from(masking);
    masking.close();
    held.assertWiped(1 + 8 + 3);
  }

  private static Play agree(Play play) {
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.collectShares()).isTrue();
    play.agree();
    return play;
  }

  private static Step<Uploading> step(Play play, int site, Input input, Threads threads) {
    String name = play.manifest.cohort().get(site);
    Secret coins = Federation.coins(name, play.manifest.model());
    return Play.at(play.masking, name).mask(input, coins, threads);
  }

  private static Uploading mask(Play play, int site, Input input, Threads threads) {
    Step.Next<Uploading> next = (Step.Next<Uploading>) step(play, site, input, threads);
    String name = play.manifest.cohort().get(site);
    assertThat(Play.at(play.memories, name).record(next.entry().orElseThrow())).isEmpty();
    play.uploading.put(name, next.phase());
    play.fromSites.put(name, next.outgoing().orElseThrow().encoded());
    return next.phase();
  }

  private static JournalEntry.Uploaded entry(Step<Uploading> step) {
    return (JournalEntry.Uploaded) ((Step.Next<Uploading>) step).entry().orElseThrow();
  }
}
