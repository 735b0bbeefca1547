package dev.caisson.secagg.check;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.masking.Block;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.secagg.message.SumOpening;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/// Reads Y once, chunk by chunk: whether it is the one that was signed, its entries can be sums of
/// uploads, and it gives the published sum once the masks are off; and its tag. Seeds must have
/// been checked against their commitments.
final class TotalCheck implements AutoCloseable {
  private final SumOpening opening;
  private final Layout upload;
  private final Layout total;
  private final long most;
  private final List<Mask> masks = new ArrayList<>();
  private final Challenge challenge;
  private final Block block;
  private final Lanes full;
  private final MessageDigest sum = Digest.sha256();

  /// What came of reading Y.
  sealed interface Result {
    record Good(Tag tag) implements Result {}

    record Bad(Finding finding) implements Result {}
  }

  TotalCheck(Proceedings proceedings, SumOpening opening, Layout total) {
    this.opening = opening;
    this.upload = proceedings.manifest().layout();
    this.total = total;
    this.block = new Block(upload);
    this.full = Lanes.of(total, total.lanesIn(0));
    this.challenge = new Challenge(opening.d3(), opening.total());
    Digest d1 = proceedings.d1();
    List<Integer> u3 = proceedings.u3().members();
    List<Integer> lost = proceedings.lost();
    this.most = Totals.most(upload, u3.size());
    for (int i = 0; i < u3.size(); i++) {
      masks.add(Mask.ofSelf(opening.selfMasks().get(i), d1, false));
      for (int j = 0; j < lost.size(); j++) {
        masks.add(Mask.ofPair(opening.pairSeeds().get(j).get(i), d1, u3.get(i) > lost.get(j)));
      }
    }
  }

  Result read(IntFunction<byte[]> chunks, SumReader reader) {
    List<Digest> leaves = new ArrayList<>(total.chunks());
    Optional<String> wrong = Optional.empty();
    byte[] plain = {};
    for (int number = 0; number < Block.count(upload); number++) {
      block.move(number);
      for (int chunk = block.first(); chunk < block.end(); chunk++) {
        byte[] packed = chunks.apply(chunk);
        leaves.add(Digest.of(packed));
        Optional<String> objection = take(chunk, packed);
        wrong = wrong.or(() -> objection);
      }
      block.apply(masks);
      for (int chunk = block.first(); chunk < block.end(); chunk++) {
        Lanes lanes = block.lanes(chunk);
        if (plain.length < lanes.packRoom()) {
          plain = new byte[lanes.packRoom()];
        }
        int length = lanes.pack(plain);
        sum.update(plain, 0, length);
        reader.take(plain, length);
      }
    }
    if (!UploadStatement.root(leaves).equals(opening.total())) {
      return new Result.Bad(
          new Finding.Unverified("the total that was handed out is not the one that was signed"));
    }
    if (wrong.isEmpty() && !Digest.ofBytes(sum.digest()).equals(opening.sum())) {
      wrong = Optional.of("published another sum than its total gives without the masks");
    }
    return wrong.isPresent()
        ? new Result.Bad(new Finding.Wrong(List.of(Fault.COORDINATOR), wrong.get()))
        : new Result.Good(challenge.tag());
  }

  /// Adds a chunk of Y to its tag and puts its residues into the block; names an entry that no
  /// uploads add up to.
  private Optional<String> take(int chunk, byte[] packed) {
    int count = total.lanesIn(chunk);
    Lanes lanes = count == full.count() ? full : Lanes.of(total, count);
    Optional<String> wrong = Optional.empty();
    try {
      lanes.unpack(packed);
    } catch (MalformedException e) {
      wrong = Optional.of("signed a total that is none: " + e.getMessage());
      lanes.clear();
    }
    challenge.add(total.firstLane(chunk), lanes);
    Lanes residues = block.lanes(chunk);
    residues.clear();
    residues.addResidues(lanes);
    return lanes.largest() > most ? wrong.or(() -> tooLarge(chunk, lanes)) : wrong;
  }

  private Optional<String> tooLarge(int chunk, Lanes lanes) {
    int lane = 0;
    while (lanes.get(lane) <= most) {
      lane++;
    }
    return Optional.of(
        "signed a total whose entry %d is larger than any sum of uploads"
            .formatted(upload.firstLane(chunk) + lane));
  }

  @Override
  public void close() {
    block.close();
    masks.forEach(Mask::close);
    challenge.close();
  }
}
