package dev.caisson.secagg.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.site.Upload;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Where uploads wait, and that they do not wait there longer than they must.
final class UploadStoreTest {
  /// The store in memory, and whose chunks it holds.
  private static final class Watched implements UploadStore {
    private final UploadStore store = UploadStore.inMemory();
    final Set<Integer> members = new TreeSet<>();

    @Override
    public void put(int member, int chunk, byte[] packed) {
      members.add(member);
      store.put(member, chunk, packed);
    }

    @Override
    public byte[] get(int member, int chunk) {
      return store.get(member, chunk);
    }

    @Override
    public void discard(int member) {
      members.remove(member);
      store.discard(member);
    }
  }

  @Test
  void whatIsNotSummedIsForgottenAtOnceAndTheRestWithThePhase() {
    Federation four = new Federation(4);
    Play play = new Play(four, four.one(3)).numbers(1, 2, 4, 8);
    Watched store = new Watched();
    play.keys = CoordinatorRound.open(play.manifest, four.roster(), store);
    play.toUploads();
    for (String name : four.names()) {
      Upload upload = Play.at(play.uploading, name).upload();
      play.uploads.acceptChunk(name, 0, upload.chunk(0));
    }
    assertThat(store.members).containsExactly(0, 1, 2, 3);
    play.uploads.drop("site-003"); // its header never came
    play.silent.add("site-003");
    assertThat(store.members).containsExactly(0, 1, 2);
    assertThat(play.toAnswers().sum().aggregate().exactSum("x")).containsExactly(7);
    assertThat(store.members).isEmpty();
  }

  @Test
  void theStoreInMemoryGivesBackCopiesAndForgets() {
    UploadStore store = UploadStore.inMemory();
    byte[] chunk = {1, 2};
    store.put(5, 0, chunk);
    chunk[0] = 9;
    assertThat(store.get(5, 0)).containsExactly(1, 2);
    store.get(5, 0)[1] = 9;
    assertThat(store.get(5, 0)).containsExactly(1, 2);
    store.discard(5);
    assertThatThrownBy(() -> store.get(5, 0)).hasMessage("chunk 0 of member 5 was never put");
    store.discard(6);
  }
}
