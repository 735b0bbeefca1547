package dev.caisson.secagg.attack;

import static dev.caisson.secagg.Refusals.assertBroken;
import static dev.caisson.secagg.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Relay;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.SparseFederation;
import dev.caisson.secagg.message.ConsentList;
import dev.caisson.secagg.message.ConsentStatement;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.NeighbourList;
import dev.caisson.secagg.message.NeighbourSurvivors;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.ShareLeaf;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.Statement;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Over a sparse graph a coordinator shows one site alone a U2 without some honest members that it
/// drew. The site masks with none of those, and they hold shares of its self-mask. Sixteen sites,
/// of which each draws seven; five shares open; ten consents.
final class OtherU2AttackTest {
  private static final String VICTIM = "site-000";
  private static final int DEGREE = 7;
  private static final int SHARES = 5;

  private final Federation sixteen = new Federation(16);
  private final RoundManifest manifest = SparseFederation.one(sixteen, 10, DEGREE, SHARES);
  private final NavigableMap<Integer, List<Integer>> drew = new TreeMap<>();

  private Play dealt() throws Exception {
    Play play = SparseFederation.setup(sixteen, manifest).lenient().begin();
    play.numbers(SparseFederation.numbers(sixteen));
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    for (int i = 0; i < 16; i++) {
      Deal deal = Deal.decode(Play.at(play.fromSites, sixteen.name(i)));
      drew.put(i, deal.leaves().stream().map(ShareLeaf::holder).toList());
    }
    assertThat(play.collectShares()).isTrue();
    return play;
  }

  private Set<Integer> dealersOf(int holder) {
    return drew.entrySet().stream()
        .filter(dealer -> dealer.getValue().contains(holder))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static List<Signed<UploadStatement>> uploads(Play play, List<Integer> lost) {
    return play.uploading.values().stream()
        .map(site -> site.upload().header())
        .filter(header -> !lost.contains(header.statement().origin().sender()))
        .toList();
  }

  /// Two of the seven are kept from the victim's U2, two others are said to be lost, whose roots
  /// the rest then tells, and three are in league: the two and the three hold five shares of the
  /// victim's self-mask, and no mask of its would be left that nobody tells. The two see that it
  /// signed over another U2, and give nothing.
  @Test
  void aSiteThatIsShownAnotherU2IsNotOpenedAlone() throws Exception {
    Play play = dealt();
    List<Integer> drawn = drew.firstEntry().getValue();
    List<Integer> hidden = drawn.subList(0, DEGREE - SHARES);
    List<Integer> league = drawn.subList(DEGREE - SHARES, SHARES);
    List<Integer> lost = drawn.subList(SHARES, DEGREE);
    NeighbourList list = (NeighbourList) Play.at(play.toSites, VICTIM);
    play.toSites.put(
        VICTIM,
        new NeighbourList(
            list.entries().stream().filter(e -> !hidden.contains(e.member())).toList(),
            list.parcels().stream().filter(p -> !hidden.contains(p.dealer())).toList()));
    play.agree();
    play.mask();
    assertThat(play.left).as("a U2 with the five is long enough for the victim").isEmpty();
    List<Signed<UploadStatement>> uploads = uploads(play, lost);
    play.fromSites.clear();
    play.toSites.clear();
    for (int member = 1; member < 16; member++) {
      if (!lost.contains(member)) {
        play.toSites.put(
            sixteen.name(member), Relay.neighbourSurvivors(uploads, dealersOf(member)));
      }
    }
    play.consent();
    for (int holder : hidden) {
      assertBroken(
          Play.at(play.left, sixteen.name(holder)), Rule.SAME_TRANSCRIPT, VICTIM, "transcript");
    }
    List<Signed<ConsentStatement>> consents =
        new ArrayList<>(Relay.consents(play.fromSites.values()));
    Digest d3 = consents.getFirst().statement().origin().transcript();
    consents.removeIf(consent -> league.contains(consent.statement().origin().sender()));
    league.forEach(
        member ->
            consents.add(signed(new ConsentStatement(new Origin(manifest.digest(), d3, member)))));
    consents.sort(Comparator.comparingInt(consent -> consent.statement().origin().sender()));
    assertThat(consents).as("enough for the others to answer").hasSizeGreaterThanOrEqualTo(10);
    play.toSites.replaceAll((_, _) -> new ConsentList(consents));
    play.fromSites.clear();
    play.answer();
    assertThat(play.fromSites).as("answers of those that hold nothing of the victim").isNotEmpty();
    long told = hidden.stream().map(sixteen::name).filter(play.fromSites::containsKey).count();
    assertThat(told + league.size()).as("shares of the victim's b").isLessThan(SHARES);
  }

  private void refuses(NeighbourSurvivors u3, Rule rule, String party, String... words)
      throws Exception {
    Play play = dealt();
    play.agree();
    play.mask();
    assertRefused(Play.at(play.uploading, VICTIM).handle(u3.encoded()), rule, party, words);
  }

  /// Each dealer's upload is there, signed by it, over this U2, and the one that U3 lists; for
  /// dealers of U3 alone, no more.
  @Test
  void aHolderConsentsToNoDealerWhoseUploadItHasNotSeen() throws Exception {
    Play play = dealt();
    play.agree();
    play.mask();
    assertThat(play.collectUploads()).isTrue();
    NeighbourSurvivors u3 = (NeighbourSurvivors) Play.at(play.toSites, VICTIM);
    assertThat(u3.dealers())
        .extracting(dealer -> dealer.statement().origin().sender())
        .containsExactlyElementsOf(dealersOf(0).stream().sorted().toList());
    Signed<UploadStatement> last = u3.dealers().getLast();
    UploadStatement said = last.statement();
    String name = sixteen.name(said.origin().sender());
    int others = u3.dealers().size() - 1;
    refuses(
        with(u3, others, List.of()),
        Rule.SAME_TRANSCRIPT,
        Fault.COORDINATOR,
        "without the upload that " + name + " signed");
    refuses(
        with(u3, others, List.of(last, last)),
        Rule.SAME_TRANSCRIPT,
        Fault.COORDINATOR,
        "one that did not deal to this site");
    Origin origin = said.origin();
    Origin elsewhere = new Origin(origin.manifest(), Digest.ofText("D2"), origin.sender());
    UploadStatement otherU2 = new UploadStatement(elsewhere, said.root(), said.confirmations());
    refuses(with(u3, others, List.of(signed(otherU2))), Rule.SAME_TRANSCRIPT, name, "transcript");
    UploadStatement otherRoot =
        new UploadStatement(origin, Digest.ofText("root"), said.confirmations());
    refuses(
        with(u3, others, List.of(signed(otherRoot))),
        Rule.SAME_TRANSCRIPT,
        name,
        "not the one that U3 lists");
    refuses(
        with(u3, others, List.of(new Signed<>(said, u3.dealers().getFirst().signature()))),
        Rule.SIGNATURE,
        name);
  }

  private <S extends Statement> Signed<S> signed(S statement) {
    return Signed.sign(
        statement, manifest.signatures(), sixteen.key(sixteen.name(statement.origin().sender())));
  }

  private static NeighbourSurvivors with(
      NeighbourSurvivors u3, int first, List<Signed<UploadStatement>> then) {
    List<Signed<UploadStatement>> dealers = new ArrayList<>(u3.dealers().subList(0, first));
    dealers.addAll(then);
    return new NeighbourSurvivors(u3.survivors(), dealers);
  }
}
