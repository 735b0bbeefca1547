package dev.caisson.cli.enrol;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.protocol.enrol.EnrolledRoster;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.Roster;
import dev.caisson.trust.WholeFile;
import dev.caisson.trust.Words;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A roster between being fetched and being relied on: shown in words, compared by people, written
/// only when they say what it is. The coordinator cannot change what was accepted.
///
/// @param files where each role's roster is kept in the home
/// @param advice with whom to compare it
record RosterReview(
    Path home, EnrolledRoster fetched, SortedMap<Role, String> files, String advice) {
  private static final String COORDINATOR = "coordinator.identity";

  /// Refuses a list that has another identity under our own name.
  void refuseWrongSelf(KeyFiles keys) throws CommandFailure {
    Role role = keys.self().role();
    if (files.containsKey(role)
        && !fetched
            .of(role)
            .find(keys.self().name())
            .filter(keys.identity().identity()::equals)
            .isPresent()) {
      throw new CommandFailure(
          "the coordinator's list does not have this home's identity as '%s': somebody else was"
                  .formatted(keys.self().name())
              + " enrolled in its place, or it was revoked. Do not accept it; ask who runs it");
    }
  }

  void print(PrintWriter out) throws IOException, CommandFailure {
    out.println("the coordinator's list; nothing of it is relied on until it is accepted");
    line(out, "coordinator", fetched.coordinator(), accepted());
    for (Role role : files.keySet()) {
      Optional<Roster> before = accepted(role);
      Roster now = fetched.of(role);
      for (String name : now.names()) {
        line(
            out,
            role.label() + " " + name,
            now.find(name).orElseThrow(),
            before.flatMap(roster -> roster.find(name)));
      }
      before.ifPresent(
          roster ->
              roster.names().stream()
                  .filter(name -> now.find(name).isEmpty())
                  .forEach(name -> out.println("  - %s %s is gone".formatted(role.label(), name))));
    }
    out.println();
    out.println("the whole list:");
    out.println("  " + Words.ofAll(fetched.digest()));
    out.println("  " + fetched.digest());
    out.println();
    out.println(isAccepted() ? "this is what was accepted here" : advice + ": --accept \"WORDS\"");
  }

  private static void line(
      PrintWriter out, String who, Identity identity, Optional<Identity> before) {
    String mark = before.map(known -> known.equals(identity) ? "=" : "!").orElse("+");
    out.println("  %s %s".formatted(mark, who) + (mark.equals("!") ? " HAS CHANGED" : ""));
    out.println("      " + Words.ofOne(identity.fingerprint()));
  }

  /// Writes it, if these are its words or its digest.
  void accept(String said) throws IOException, CommandFailure {
    Optional<Digest> digest = Words.parseAll(said);
    if (digest.isEmpty()) {
      digest = hex(said);
    }
    if (digest.isEmpty()) {
      throw new CommandFailure(
          "these are not the 24 words of a list, nor its 64 hex digits: a word is missing or"
              + " misheard");
    }
    if (!digest.get().equals(fetched.digest())) {
      throw new CommandFailure(
          "not accepted: these are the words of another list than the coordinator gave just now. If"
              + " the others read them from their screens, the coordinator tells you different"
              + " things; otherwise somebody was enrolled meanwhile: compare again");
    }
    for (Map.Entry<Role, String> file : files.entrySet()) {
      WholeFile.replace(home.resolve(file.getValue()), fetched.of(file.getKey()).encoded());
    }
    WholeFile.replace(home.resolve(COORDINATOR), fetched.coordinator().encoded());
  }

  private static Optional<Digest> hex(String said) {
    String bare = said.strip();
    try {
      return Optional.of(Digest.parse(bare.startsWith("sha256:") ? bare : "sha256:" + bare));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  boolean isAccepted() throws IOException, CommandFailure {
    SortedMap<Role, Roster> known = new TreeMap<>();
    for (Role role : files.keySet()) {
      accepted(role).filter(roster -> roster.size() > 0).ifPresent(r -> known.put(role, r));
    }
    Optional<Identity> coordinator = accepted();
    return coordinator.isPresent()
        && new EnrolledRoster(known, coordinator.get()).digest().equals(fetched.digest());
  }

  Optional<Roster> accepted(Role role) throws IOException, CommandFailure {
    Path file = home.resolve(files.getOrDefault(role, ""));
    try {
      return Files.exists(file) ? Optional.of(Roster.read(file)) : Optional.empty();
    } catch (MalformedException e) {
      throw broken(e);
    }
  }

  Optional<Identity> accepted() throws IOException, CommandFailure {
    Path file = home.resolve(COORDINATOR);
    try {
      return Files.exists(file) ? Optional.of(Identity.read(file)) : Optional.empty();
    } catch (MalformedException e) {
      throw broken(e);
    }
  }

  private static CommandFailure broken(MalformedException e) {
    return new CommandFailure(
        "%s. Move it away, and compare and accept the list again".formatted(e.getMessage()), e);
  }
}
