package dev.caisson.airlock.release;

import dev.caisson.airlock.CanonicalJson;
import dev.caisson.airlock.Finding;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.airlock.dossier.Provenance;
import dev.caisson.airlock.review.Decision;
import dev.caisson.airlock.review.SignedDecision;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Checks a release bundle offline, with nothing but its folder: exactly the expected plain files,
/// of bounded size, each with the signed digest; both signatures over the statement; the reviewers'
/// signatures over the decisions; and that dossier, provenance and decisions speak of this model.
///
/// Every problem names its file. A bundle is `Verified` only without any; who signed it counts only
/// with a key or fingerprint that the caller brings.
public final class BundleVerifier {
  private static final int NEEDED = 2;
  private static final String FOLDER = "(folder)";

  private final List<Verification.Problem> problems = new ArrayList<>();
  private final List<String> approvers = new ArrayList<>();
  private final Map<BundleFile, Digest> digests = new EnumMap<>(BundleFile.class);
  private final Path folder;
  private final Trust trust;

  private BundleVerifier(Path folder, Trust trust) {
    this.folder = folder;
    this.trust = trust;
  }

  /// Throws only if the folder cannot be read.
  public static Verification verify(Path folder, Trust trust) throws IOException {
    return new BundleVerifier(folder, trust).run();
  }

  private Verification run() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is not a folder; name the folder of a release bundle");
    }
    lookAround();
    if (!problems.isEmpty()) {
      return new Verification.Failed(problems);
    }
    for (BundleFile file : BundleFile.values()) {
      digests.put(file, Digest.ofFile(path(file)));
    }
    Optional<Identity> signer = signer();
    Optional<Statement> statement = statement(signer);
    statement.ifPresent(this::compareDigests);
    if (statement.isPresent()) {
      contents(statement.get().predicate());
    }
    if (!problems.isEmpty() || statement.isEmpty() || signer.isEmpty()) {
      return new Verification.Failed(problems);
    }
    Statement.Release release = statement.get().predicate();
    return new Verification.Verified(
        Finding.printable(release.candidate()),
        release.model(),
        approvers,
        signer.get().fingerprint(),
        !(trust instanceof Trust.Nobody),
        release.released());
  }

  private void lookAround() throws IOException {
    Set<BundleFile> seen = new HashSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        Optional<BundleFile> known = BundleFile.named(name);
        if (known.isEmpty()) {
          problem(Finding.printable(name), "does not belong to a release bundle");
        } else if (!Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
          problem(name, "is a link or no plain file");
        } else if (Files.size(entry) > known.get().maxBytes()) {
          problem(name, "is larger than the %d bytes allowed".formatted(known.get().maxBytes()));
        }
        known.ifPresent(seen::add);
        if (problems.size() > 100) {
          problem(FOLDER, "and more: this is no release bundle");
          return;
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    for (BundleFile file : BundleFile.values()) {
      if (!seen.contains(file)) {
        problem(file.fileName(), "is missing");
      }
    }
  }

  private Optional<Identity> signer() throws IOException {
    try {
      Identity identity = read(BundleFile.SIGNER, SignerFile.class).identity();
      boolean expected =
          switch (trust) {
            case Trust.Key key -> key.identity().equals(identity);
            case Trust.Fingerprint print -> print.fingerprint().equals(identity.fingerprint());
            case Trust.Nobody _ -> true;
          };
      if (!expected) {
        problem(
            BundleFile.SIGNER.fileName(),
            "is not the key you trust; it is " + identity.fingerprint());
      }
      return Optional.of(identity);
    } catch (MalformedException e) {
      problem(BundleFile.SIGNER, e);
      return Optional.empty();
    }
  }

  /// The statement as the envelope spells it, even if its signatures do not hold: its digests still
  /// tell which file differs.
  private Optional<Statement> statement(Optional<Identity> signer) throws IOException {
    try {
      Envelope envelope = read(BundleFile.ENVELOPE, Envelope.class);
      Statement statement = envelope.statement();
      if (signer.isPresent() && !envelope.signedBy(signer.get())) {
        problem(
            BundleFile.ENVELOPE.fileName(),
            "its Ed25519 and ML-DSA-65 signatures do not both hold for the key in signer.json");
      }
      if (!statement.type().equals(Statement.TYPE)
          || !statement.predicateType().equals(Statement.PREDICATE)) {
        problem(BundleFile.ENVELOPE.fileName(), "its statement is of another kind");
      }
      if (signer.isPresent()
          && !statement.predicate().signer().equals(signer.get().fingerprint())) {
        problem(BundleFile.ENVELOPE.fileName(), "names another signer than signer.json");
      }
      return Optional.of(statement);
    } catch (MalformedException e) {
      problem(BundleFile.ENVELOPE, e);
      return Optional.empty();
    }
  }

  private void compareDigests(Statement statement) {
    Map<String, String> signed = statement.digests();
    if (signed.size() != statement.subject().size()
        || signed.size() != BundleFile.values().length - 1) {
      problem(BundleFile.ENVELOPE.fileName(), "does not state each other file once");
    }
    digests.forEach(
        (file, digest) -> {
          if (file == BundleFile.ENVELOPE) {
            return;
          }
          String expected = signed.get(file.fileName());
          if (!digest.hex().equals(expected)) {
            problem(
                file.fileName(),
                "differs from what was signed: its SHA-256 is %s, signed is %s"
                    .formatted(digest.shortHex(), expected == null ? "none" : cut(expected)));
          }
        });
  }

  private void contents(Statement.Release release) throws IOException {
    if (!Objects.equals(release.model(), digests.get(BundleFile.MODEL))) {
      problem(BundleFile.MODEL.fileName(), "is not the model that was approved");
    }
    Provenance inDossier = null;
    try {
      Dossier dossier = read(BundleFile.DOSSIER, Dossier.class);
      inDossier = dossier.provenance();
      if (dossier.audience() != Dossier.Audience.PUBLIC
          || !dossier.candidate().model().equals(release.model())) {
        problem(BundleFile.DOSSIER.fileName(), "is not the public dossier of the approved model");
      }
    } catch (MalformedException e) {
      problem(BundleFile.DOSSIER, e);
    }
    try {
      if (!Objects.equals(read(BundleFile.PROVENANCE, Provenance.class), inDossier)) {
        problem(BundleFile.PROVENANCE.fileName(), "is not the provenance in the dossier");
      }
    } catch (MalformedException e) {
      problem(BundleFile.PROVENANCE, e);
    }
    try {
      decisions(release, read(BundleFile.DECISIONS, DecisionsFile.class));
    } catch (MalformedException e) {
      problem(BundleFile.DECISIONS, e);
    }
  }

  private void decisions(Statement.Release release, DecisionsFile file) throws MalformedException {
    String name = BundleFile.DECISIONS.fileName();
    Set<Digest> approvals = new HashSet<>();
    for (DecisionsFile.Entry entry : file.decisions()) {
      SignedDecision signed = entry.signed();
      Decision decision = signed.decision();
      String who = Finding.printable(decision.reviewer());
      Optional<Identity> key = key(release, decision.reviewer());
      if (key.isEmpty() || !signed.signedBy(key.get())) {
        problem(name, "the decision of %s is not signed by their key".formatted(who));
        continue;
      }
      if (!decision.model().equals(release.model())
          || !decision.dossier().equals(release.fullDossier())
          || decision.attempt() != release.attempt()) {
        problem(name, "the decision of %s is about something else".formatted(who));
      } else if (release.submitter().fingerprint().equals(key.get().fingerprint())
          || release.submitter().name().equals(decision.reviewer())) {
        problem(name, "%s submitted the model and cannot approve it".formatted(who));
      } else if (release.trainers().stream()
          .anyMatch(
              t ->
                  t.fingerprint().equals(key.get().fingerprint())
                      || t.name().equals(decision.reviewer()))) {
        problem(name, "%s trained the model and cannot approve it".formatted(who));
      } else if (decision.choice() == Decision.Choice.APPROVE) {
        approvals.add(key.get().fingerprint());
        approvers.add(who);
      }
    }
    if (approvals.size() < NEEDED) {
      problem(
          name, "%d approvals by different reviewers, two are needed".formatted(approvals.size()));
    }
  }

  private static Optional<Identity> key(Statement.Release release, String reviewer)
      throws MalformedException {
    for (Statement.Reviewer known : release.reviewers()) {
      if (known.name().equals(reviewer)) {
        return Optional.of(known.identity());
      }
    }
    return Optional.empty();
  }

  private <T extends Record> T read(BundleFile file, Class<T> type)
      throws IOException, MalformedException {
    return CanonicalJson.read(Files.readAllBytes(path(file)), type);
  }

  private Path path(BundleFile file) {
    return folder.resolve(file.fileName());
  }

  private void problem(String file, String what) {
    problems.add(new Verification.Problem(file, what));
  }

  private void problem(BundleFile file, MalformedException e) {
    problem(file.fileName(), say(e));
  }

  private static String say(MalformedException e) {
    return "cannot be read: " + e.getMessage();
  }

  private static String cut(String hex) {
    return Finding.printable(hex.substring(0, Math.min(12, hex.length())));
  }
}
