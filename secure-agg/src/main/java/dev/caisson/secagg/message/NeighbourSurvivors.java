package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;

/// U3 over a sparse graph, to one member: the list that is the same for everybody, and the signed
/// upload statement of each of its members that drew this one, in member order. By it a holder sees
/// that the dealer saw the same U2, and so masks with all that it drew there, before it gives a
/// share of the dealer's self-mask.
public record NeighbourSurvivors(SurvivorList survivors, List<Signed<UploadStatement>> dealers)
    implements Message {
  private static final String DOMAIN = Suite.DOMAIN + "neighbour-survivors";

  public NeighbourSurvivors {
    dealers = List.copyOf(dealers);
  }

  @Override
  public byte[] encoded() {
    FieldWriter out = new FieldWriter(DOMAIN).bytes(survivors.encoded()).number(dealers.size());
    dealers.forEach(dealer -> out.bytes(dealer.encoded()));
    return out.toBytes();
  }

  public static NeighbourSurvivors decodeWithin(int cohort, byte[] encoded)
      throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    SurvivorList survivors =
        SurvivorList.decodeWithin(cohort, in.bytes(Limits.survivorList(cohort)));
    int size = Limits.members(cohort, in);
    List<Signed<UploadStatement>> dealers = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      dealers.add(
          Signed.decodeWithin(
              cohort, in.bytes(Limits.upload(cohort)), UploadStatement::decodeWithin));
    }
    in.end();
    return new NeighbourSurvivors(survivors, dealers);
  }
}
