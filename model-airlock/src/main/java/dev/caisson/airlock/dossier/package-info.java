/// What reviewers and auditors read: the [Dossier], its JSON and its page. The full version stays
/// in the airlock; [PublicDossier] is what a bundle carries. Decides nothing: see `review`. Read
/// [Dossier] first; the page is drawn by [DossierPage].
@NullMarked
package dev.caisson.airlock.dossier;

import org.jspecify.annotations.NullMarked;
