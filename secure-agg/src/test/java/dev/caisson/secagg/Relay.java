package dev.caisson.secagg;

import dev.caisson.secagg.message.ConsentList;
import dev.caisson.secagg.message.ConsentStatement;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.NeighbourSurvivors;
import dev.caisson.secagg.message.ShareList;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a coordinator makes of sites' messages that checks nothing of them.
public final class Relay {
  private Relay() {}

  public static KeyList keyList(Collection<byte[]> keys) throws MalformedException {
    List<Signed<KeysStatement>> members = new ArrayList<>();
    for (byte[] message : keys) {
      members.add(Signed.decode(message, KeysStatement::decode));
    }
    return new KeyList(members);
  }

  /// For the member `holder`, the `rank`th of U1.
  public static ShareList shareList(Collection<byte[]> deals, int holder, int rank)
      throws MalformedException {
    List<ShareList.Entry> entries = new ArrayList<>();
    for (byte[] message : deals) {
      Deal deal = Deal.decode(message);
      boolean own = deal.statement().statement().origin().sender() == holder;
      entries.add(
          new ShareList.Entry(
              deal.statement(),
              own
                  ? Optional.empty()
                  : Optional.of(
                      new ShareList.Parcel(
                          deal.leaves().get(rank), Deal.tree(deal.leaves()).path(rank)))));
    }
    return new ShareList(entries);
  }

  /// U3 of these uploads, in order, for a holder to whom `dealers` dealt.
  public static NeighbourSurvivors neighbourSurvivors(
      List<Signed<UploadStatement>> uploads, Set<Integer> dealers) {
    List<SurvivorList.Entry> entries = new ArrayList<>();
    List<Signed<UploadStatement>> shown = new ArrayList<>();
    for (Signed<UploadStatement> upload : uploads) {
      int member = upload.statement().origin().sender();
      entries.add(new SurvivorList.Entry(member, upload.digest()));
      if (dealers.contains(member)) {
        shown.add(upload);
      }
    }
    return new NeighbourSurvivors(new SurvivorList(entries), shown);
  }

  public static List<Signed<ConsentStatement>> consents(Collection<byte[]> messages)
      throws MalformedException {
    List<Signed<ConsentStatement>> consents = new ArrayList<>();
    for (byte[] message : messages) {
      consents.add(Signed.decode(message, ConsentStatement::decode));
    }
    return consents;
  }

  public static byte[] consentList(Collection<byte[]> messages) throws MalformedException {
    return new ConsentList(consents(messages)).encoded();
  }
}
