package dev.caisson.airlock.dossier;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.caisson.airlock.CanonicalJson;
import dev.caisson.airlock.Finding;
import dev.caisson.airlock.Verdict;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Everything that is known about what a model discloses, on one page: the verdict and its reasons
/// first, then figures, checks, what was not done, what no test can see, and where the model comes
/// from. One format for models audited at their sites and for models assessed with their rows at
/// hand. Holds no row, no id and no site's own figure. Its JSON is canonical, so its [#digest]
/// stands for it in decisions; [#jsonSchema] describes every field.
///
/// `members` and `nonMembers` count persons over `sites` places (1 where rows were at hand);
/// `smallestCell` is the count under which the public version shows nothing. `correct` and `scores`
/// are null where no attack could look at how well the model fits.
public record Dossier(
    String schema,
    Audience audience,
    Candidate candidate,
    Verdict verdict,
    List<String> why,
    List<String> plainly,
    int sites,
    long members,
    long nonMembers,
    int smallestCell,
    @Nullable Correct correct,
    List<Check> checks,
    List<AttackFigures> attacks,
    @Nullable Scores scores,
    List<NotRun> notRun,
    List<BlindSpot> undetectable,
    Provenance provenance,
    Instant created) {

  public static final String SCHEMA = "caisson/dossier/v2";
  private static final int MAX_LINES = 5000;
  private static final int MAX_TEXT = 2000;

  /// Whom a dossier is for: the airlock's reviewers, or anybody who gets the model.
  public enum Audience {
    @JsonProperty("full")
    FULL,
    @JsonProperty("public")
    PUBLIC
  }

  /// Persons whom the model predicts correctly; absent in regression and where too few are right or
  /// wrong.
  public record Correct(long members, long nonMembers) {}

  public Dossier {
    why = sentences(why);
    plainly = sentences(plainly);
    checks = List.copyOf(checks);
    attacks = List.copyOf(attacks);
    notRun = List.copyOf(notRun);
    undetectable = List.copyOf(undetectable);
    if (!schema.equals(SCHEMA)) {
      throw new IllegalArgumentException(
          "a dossier of schema '%s', not %s".formatted(schema, SCHEMA));
    }
    if (sites < 1 || members < 0 || nonMembers < 0 || smallestCell < 1) {
      throw new IllegalArgumentException(
          "%d sites, %d members, %d non-members, smallest cell %d"
              .formatted(sites, members, nonMembers, smallestCell));
    }
    if (why.isEmpty() || plainly.isEmpty()) {
      throw new IllegalArgumentException("a verdict gives at least one reason, in plain words too");
    }
    if (checks.size() > MAX_LINES || attacks.size() > MAX_LINES || notRun.size() > MAX_LINES) {
      throw new IllegalArgumentException(
          "%d checks, %d attacks, %d not run: at most %d of each"
              .formatted(checks.size(), attacks.size(), notRun.size(), MAX_LINES));
    }
    boolean blocked = checks.stream().anyMatch(c -> c.status() == Finding.Status.BLOCK);
    if (blocked != (verdict == Verdict.BLOCKS)) {
      throw new IllegalArgumentException(
          "verdict %s, but %s check blocks".formatted(verdict, blocked ? "a" : "no"));
    }
    if (!provenance.isOf(candidate.model())) {
      throw new IllegalArgumentException(
          "the provenance is of another model than the candidate " + candidate.model());
    }
  }

  private static List<String> sentences(List<String> texts) {
    return texts.stream().map(text -> Finding.printable(text, MAX_TEXT)).toList();
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

  /// The published JSON Schema (2020-12) of this format: `docs/reference/dossier.schema.json`.
  public static byte[] jsonSchema() {
    return DossierPage.resource("dossier.schema.json");
  }

  /// The figures of an attack of this name, if it ran.
  Optional<AttackFigures> attack(String name) {
    return attacks.stream().filter(attack -> attack.name().equals(name)).findFirst();
  }
}
