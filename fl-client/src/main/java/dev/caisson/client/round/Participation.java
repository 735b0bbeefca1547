package dev.caisson.client.round;

import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.message.Opening;
import dev.caisson.secagg.message.Succession;
import dev.caisson.trust.Digest;
import java.util.Optional;

/// Whether what this site sent for a state is in the sum that led on from it.
///
/// A site that answered the very round whose sum gave the state knows it, for it answers to lists
/// that name it. One that was cut off after its upload, or has missed rounds since, takes the
/// coordinator's word ([Succession#counted]). A word that lies makes the site's carried numbers
/// worse, and with them the model; it opens nothing, since no second input is sent for any state.
final class Participation implements Carried.Counted {
  private final String site;
  private final LocalStudy study;
  private final EgressLedger ledger;
  private final Optional<Succession> succession;

  Participation(String site, LocalStudy study, EgressLedger ledger, Opening opening) {
    this.site = site;
    this.study = study;
    this.ledger = ledger;
    this.succession = opening.succession();
  }

  @Override
  public boolean in(Digest base, long number) {
    if (number == 0) {
      return false; // nothing was sent
    }
    if (succession.isPresent()) {
      RoundManifest previous = succession.get().previous();
      if (previous.model().equals(base)
          && previous.config().equals(RoundVectors.config(study.plan(), Purpose.TRAIN))
          && ledger.journal().answer(previous.digest()).isPresent()) {
        return true;
      }
      if (!succession.get().counted().isEmpty()) {
        return succession.get().counted().getOrDefault(site, 0L) == number;
      }
    }
    return ledger.journal().spentFor(study.scope(Purpose.TRAIN), base).isPresent();
  }
}
