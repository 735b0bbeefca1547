package dev.caisson.airlock.dossier;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.caisson.airlock.CanonicalJson;
import dev.caisson.airlock.Finding;
import dev.caisson.airlock.Verdict;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything that is known about what a model discloses, on one page: the verdict and its reasons
/// first, then figures, checks, what was not done, and where the model comes from. Holds no row, no
/// id and no site's own figure. Its JSON is canonical, so its [#digest] stands for it in decisions.
///
/// `members` and `heldOut` count persons over `sites` sites; `smallestCell` is the count under
/// which the public version shows nothing.
public record Dossier(
    String schema,
    Audience audience,
    Candidate candidate,
    Verdict verdict,
    List<String> why,
    String plainly,
    int sites,
    long members,
    long heldOut,
    int smallestCell,
    @Nullable Correct correct,
    List<Check> checks,
    List<AttackFigures> attacks,
    Scores scores,
    List<NotRun> notRun,
    Provenance provenance,
    Instant created) {

  public static final String SCHEMA = "caisson/dossier/v1";

  /// Whom a dossier is for: the airlock's reviewers, or anybody who gets the model.
  public enum Audience {
    @JsonProperty("full")
    FULL,
    @JsonProperty("public")
    PUBLIC
  }

  /// Persons whom the model predicts correctly; absent in regression and where too few are right or
  /// wrong.
  public record Correct(long members, long heldOut) {}

  public Dossier {
    why = List.copyOf(why);
    checks = List.copyOf(checks);
    attacks = List.copyOf(attacks);
    notRun = List.copyOf(notRun);
    if (!schema.equals(SCHEMA)) {
      throw new IllegalArgumentException(
          "a dossier of schema '%s', not %s".formatted(schema, SCHEMA));
    }
    if (why.isEmpty()) {
      throw new IllegalArgumentException("a verdict gives at least one reason");
    }
    boolean blocked = checks.stream().anyMatch(c -> c.status() == Finding.Status.BLOCK);
    if (blocked != (verdict == Verdict.BLOCKS)) {
      throw new IllegalArgumentException(
          "verdict %s, but %s check blocks".formatted(verdict, blocked ? "a" : "no"));
    }
    if (!provenance.finalModel().equals(candidate.model())) {
      throw new IllegalArgumentException(
          "the provenance is of another model than the candidate: %s, %s"
              .formatted(provenance.finalModel(), candidate.model()));
    }
  }

  public byte[] json() {
    return CanonicalJson.write(this);
  }

  public static Dossier read(byte[] json) throws MalformedException {
    return CanonicalJson.read(json, Dossier.class);
  }

  /// The self-contained page.
  public byte[] html() {
    return new DossierPage(this).render();
  }

  public Digest digest() {
    return Digest.of(json());
  }

  /// What may leave with the model; refused if either side has fewer people than the smallest cell.
  public Dossier forPublic() {
    return PublicDossier.of(this);
  }
}
