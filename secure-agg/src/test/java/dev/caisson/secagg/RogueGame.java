package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.RogueSite.Lie;
import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.secagg.message.Message;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// A round of [Federation#ONE] in which one site lies: site i gives 10 + i. The coordinator is
/// honest.
public final class RogueGame {
  public final Play play;
  public final RogueSite rogue;
  private byte[] shareList = new byte[0];

  /// Of n sites, the one at `at` is a rogue; three answers open a sum.
  public RogueGame(int n, int at, Lie lie) {
    this(n, 3, at, lie);
  }

  public RogueGame(int n, int threshold, int at, Lie lie) {
    this(n, threshold, at, lie, setup -> setup);
  }

  /// Where the honest sites' play is set up in some other way.
  public RogueGame(int n, int threshold, int at, Lie lie, UnaryOperator<PlaySetup> otherwise) {
    Federation federation = new Federation(n);
    RoundManifest manifest = federation.one(threshold);
    play = otherwise.apply(Play.of(federation, manifest).lenient()).begin();
    rogue = new RogueSite(federation, manifest, at, lie);
    long[] numbers = new long[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = 10L + i;
    }
    play.numbers(numbers);
  }

  /// Up to everybody's share list.
  public RogueGame toShares() throws Exception {
    play.fromSites.put(rogue.name(), rogue.keys());
    assertThat(play.collectKeys()).isTrue();
    byte[] keyList = Play.at(play.toSites, rogue.name()).encoded();
    play.toSites.remove(rogue.name());
    play.deal();
    play.fromSites.put(rogue.name(), rogue.deal(keyList));
    assertThat(play.collectShares()).isTrue();
    shareList = Play.at(play.toSites, rogue.name()).encoded();
    return this;
  }

  /// What the coordinator would send everybody but the rogue.
  public Map<String, Message> honest() {
    Map<String, Message> honest = new TreeMap<>(play.toSites);
    honest.remove(rogue.name());
    return honest;
  }

  /// On to the others' masked vectors; the rogue says nothing of its own accord from here on.
  public RogueGame masks() {
    play.silent.add(rogue.name());
    play.agree();
    play.mask();
    return this;
  }

  /// The rogue uploads bytes of its own choice, under a header that is right but for its lie.
  public RogueGame rogueUploads() throws Exception {
    byte[] chunk = new byte[play.manifest.layout().packedBytes(0)];
    assertThat(play.uploads.acceptChunk(rogue.name(), 0, chunk)).isEqualTo(new Receipt.Accepted());
    assertThat(play.uploads.accept(rogue.name(), rogue.header(shareList, List.of(chunk))))
        .isEqualTo(new Receipt.Accepted());
    return this;
  }
}
