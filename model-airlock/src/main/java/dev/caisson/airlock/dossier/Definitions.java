package dev.caisson.airlock.dossier;

/// The words that the page uses, for a reader who meets them for the first time.
final class Definitions {
  private final Dossier dossier;
  private final Markup out;

  Definitions(Dossier dossier, Markup out) {
    this.dossier = dossier;
    this.out = out;
  }

  void write() {
    boolean federated = dossier.sites() > 1;
    out.element("h2", "Words").raw("\n<dl>");
    define("Member", "a person on whose record the model was trained.");
    define(
        "Non-member",
        federated
            ? "a person of the same site whom its committed seed set aside before training; stands for any"
                + " stranger."
            : "a person like the members who was kept out of training; stands for any stranger.");
    define(
        "Attack",
        "an attempt to tell from the model's answers whether a person was a member. Each attack here knows"
            + " the person's full record; a real attacker mostly knows less.");
    define(
        "AUC",
        "how often an attacker picks the member from a pair of one member and one non-member%s; .5 is guessing, 1 is certainty. Interval: DeLong's variance%s. p: how likely chance alone gives as much, one-sided%s."
            .formatted(
                federated ? " of the same site" : "",
                federated ? ", summed over sites" : "",
                federated ? ", with the tie-corrected null variance" : ", by permutation"));
    define(
        "TPR at FPR",
        "true positive rate at a false positive rate: the share of members found if at most this share of"
            + " non-members may be accused wrongly. Never interpolated; interval: Clopper-Pearson. "
            + (federated
                ? "The threshold and the rate come from the same persons, which flatters the attacker a"
                    + " little."
                : "The threshold was chosen on other non-members than those it was judged on."));
    define(
        "Advantage",
        federated
            ? "the largest lead of members found over non-members accused at any threshold; never negative,"
                + " so small values are chance."
            : "the lead of members found over non-members accused, at the threshold where other people had"
                + " the largest.");
    define(
        "Seen from AUC",
        "the smallest AUC that so many persons show with 80% probability in a one-sided 5% test; anything"
            + " less may go unseen.");
    if (dossier.scores() != null) {
      define("Score", meaning(dossier.scores().signal()));
    }
    define(
        "Limit",
        "what a value is held against"
            + (federated
                ? ". No release policy was applied, so a limit here is the airlock's own and advisory."
                : ": the release policy's, which names a source for each."));
    out.raw("</dl>\n");
  }

  private static String meaning(String signal) {
    return signal.equals("phi")
        ? "phi, the log-odds that the model gives to a person's true class: log p(true) - log p(any other)."
        : signal + ": how well the model fits a person's record.";
  }

  private void define(String word, String meaning) {
    out.element("dt", word).element("dd", meaning);
  }
}
