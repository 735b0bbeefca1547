package dev.caisson.airlock.dossier;

import dev.caisson.airlock.Finding;
import java.util.List;

/// Something that the examinations of a dossier cannot see, however well they went. Figures in it
/// were measured on other models, when the airlock was designed; they show how far off a clean
/// result can be.
public record BlindSpot(String what, String why) {
  public BlindSpot {
    what = Finding.printable(what);
    why = Finding.printable(why, 1000);
  }

  /// Of every dossier today.
  static List<BlindSpot> all() {
    return List.of(
        new BlindSpot(
            "Single persons behind an average",
            "An attack's figure is an average over everybody. In a trial with 2,000 members of whom ten were"
                + " memorised, the LOSS attack's AUC was .525, which looks like guessing; reference models"
                + " named exactly those ten."),
        new BlindSpot(
            "What only reference models find",
            "The attacks here look at this model alone. A random forest on which LOSS reached .59 gave the"
                + " ratio attack .77; a digits classifier with LOSS .58 gave LiRA .74. Low figures here do"
                + " not clear a model."),
        new BlindSpot(
            "Rows stored in disguise",
            "Rows and labels are looked for as they are and scaled or shifted. Rows that were rotated,"
                + " permuted, compressed or otherwise encoded before they were stored are not found."),
        new BlindSpot(
            "Data smuggled in weights",
            "Plain and deflate-compressed payloads in the low bits of weights can be noticed. Data that is"
                + " LZMA-compressed, encrypted, spread by a permutation or kept in the high bits looks like"
                + " trained weights to every test. Fresh random low bits destroy what hides there, and"
                + " nothing else."),
        new BlindSpot(
            "A hold-out that is none",
            "Every figure compares members with people who were not trained on. If those differ in other ways"
                + " (another clinic, other years) or were trained on after all, the figures mean little."
                + " The checks of the evidence notice coarse faults only."));
  }
}
