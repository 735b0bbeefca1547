package dev.caisson.cli.operations;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `caisson backup`: one file of everything that a home would be missed for.
@Command(
    name = "backup",
    description = {
      "Write everything that a home holds into one file, while its process goes on or not.",
      "The file holds the home's secret keys in clear: keep it as you keep the home."
    })
public final class BackupCommand implements Callable<Integer> {
  @Mixin private final Answer answer = new Answer();

  @Option(
      names = "--home",
      required = true,
      paramLabel = "DIR",
      description = "The home of a coordinator, a site, an airlock or a person.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The file to write; it must not be there, nor inside the home.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path out;

  @Override
  public Integer call() throws IOException, CommandFailure {
    Path folder = home.toAbsolutePath().normalize();
    if (out.toAbsolutePath().normalize().startsWith(folder)) {
      throw new CommandFailure(
          "%s is inside the home: a copy there is lost with it".formatted(out));
    }
    if (Files.exists(out)) {
      throw new CommandFailure("%s is there already; choose another name".formatted(out));
    }
    Caller self = KeyFiles.load(folder.resolve("keys")).self();
    Role role = self.role();
    int files = write(folder);
    List<String> links = HomeFiles.links(folder).stream().map(Path::toString).toList();
    List<String> words = new ArrayList<>();
    words.add("%d files of this %s in %s".formatted(files, role.label(), out));
    words.add("It holds secret keys in clear. 'caisson restore' puts it back.");
    if (!links.isEmpty()) {
      words.add("NOT in it, since they are links: " + String.join(", ", links));
    }
    if (role == Role.SITE) {
      words.add(
          "A site that is put back from it has forgotten the rounds since: the others will see"
              + " that, and it will halt until you decide ('caisson site resume').");
    }
    ObjectNode object =
        Answer.object()
            .put("file", out.toString())
            .put("files", files)
            .put("name", self.name())
            .put("role", role.label());
    links.forEach(object.putArray("linksLeftOut")::add);
    answer.give(object, words);
    return 0;
  }

  private int write(Path folder) throws IOException {
    boolean whole = false;
    try (Snapshot snapshot = Snapshot.of(folder);
        Archive archive = Archive.create(out)) {
      for (Path file : snapshot.files()) {
        Path source = snapshot.source(file);
        try (InputStream content = Files.newInputStream(source)) {
          archive.add(file, content, Files.size(source)); // a file that grows counts as it was
        } catch (NoSuchFileException _) {
          // of a round that has ended meanwhile
        }
      }
      archive.finish();
      whole = true;
      return archive.files();
    } finally {
      if (!whole) {
        Files.deleteIfExists(out);
      }
    }
  }
}
