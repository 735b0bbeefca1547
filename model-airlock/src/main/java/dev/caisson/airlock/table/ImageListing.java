package dev.caisson.airlock.table;

import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.BadTableException.Fault;
import dev.caisson.dataset.CsvRows;
import dev.caisson.dataset.TableLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Which images a folder holds, sorted by name: those that `labels.csv` (file, label, and group if
/// persons have several) lists, or else `CLASS/image` for each folder CLASS. Links are refused, and
/// names that lead out of the folder.
record ImageListing(List<Entry> entries, boolean grouped) {
  private static final String LABELS = "labels.csv";
  private static final int MOST_FILES = 1_000_000;

  record Entry(ImageFile image, String label, Optional<String> group) {}

  static ImageListing of(Path folder) throws IOException, BadTableException {
    if (!Files.isDirectory(folder)) {
      throw bad(folder, "this is no folder of images");
    }
    ImageListing listing =
        Files.exists(folder.resolve(LABELS), LinkOption.NOFOLLOW_LINKS)
            ? listed(folder)
            : byClass(folder);
    if (listing.entries().isEmpty()) {
      throw bad(folder, "no images: expected CLASS/image.png, or a labels.csv");
    }
    return listing;
  }

  private static ImageListing byClass(Path folder) throws IOException, BadTableException {
    List<Entry> entries = new ArrayList<>();
    for (Path kind : children(folder)) {
      if (!Files.isDirectory(kind, LinkOption.NOFOLLOW_LINKS)) {
        throw bad(kind, "expected a folder named after a class, or a labels.csv beside it");
      }
      for (Path file : children(kind)) {
        entries.add(
            new Entry(image(folder, file), kind.getFileName().toString(), Optional.empty()));
        checkCount(folder, entries);
      }
    }
    return new ImageListing(entries, false);
  }

  private static ImageListing listed(Path folder) throws IOException, BadTableException {
    List<Entry> entries = new ArrayList<>();
    Set<Path> seen = new HashSet<>();
    try (CsvRows rows = CsvRows.open(folder.resolve(LABELS), TableLimits.DEFAULT)) {
      int file = rows.columns().indexOf("file");
      int label = rows.columns().indexOf("label");
      int group = rows.columns().indexOf("group");
      if (file < 0 || label < 0) {
        throw bad(folder.resolve(LABELS), "expected the columns file and label");
      }
      while (rows.next()) {
        Path path = folder.resolve(rows.cell(file)).normalize();
        if (!path.startsWith(folder.normalize()) || !seen.add(path)) {
          throw rows.wrong(
              "file", "the name leads out of the folder, or stands twice in this table");
        }
        entries.add(
            new Entry(
                image(folder, path),
                rows.cell(label),
                group < 0 ? Optional.empty() : Optional.of(rows.cell(group))));
        checkCount(folder, entries);
      }
      entries.sort(Comparator.comparing(entry -> entry.image().file()));
      return new ImageListing(entries, group >= 0);
    }
  }

  private static void checkCount(Path folder, List<Entry> entries) throws BadTableException {
    if (entries.size() > MOST_FILES) {
      throw bad(folder, "more than %,d images".formatted(MOST_FILES));
    }
  }

  private static List<Path> children(Path folder) throws IOException, BadTableException {
    List<Path> children = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(path -> !path.getFileName().toString().startsWith("."))
          .limit(MOST_FILES + 1L)
          .forEach(children::add);
    }
    if (children.size() > MOST_FILES) {
      throw bad(folder, "more than %,d files".formatted(MOST_FILES));
    }
    children.sort(Comparator.comparing(path -> path.getFileName().toString()));
    return children;
  }

  private static ImageFile image(Path folder, Path file) throws BadTableException {
    Path at = folder.normalize();
    for (Path part : at.relativize(file.normalize())) {
      at = at.resolve(part);
      if (Files.isSymbolicLink(at)) {
        throw bad(at, "a link, which may lead anywhere; put the file itself here");
      }
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw bad(file, "there is no such file, or it is a folder within a class");
    }
    return ImageFile.of(file)
        .orElseThrow(() -> bad(file, "no image: png, jpg and bmp are read; move it elsewhere"));
  }

  private static BadTableException bad(Path file, String problem) {
    return BadTableException.of(file, new Fault(0, "", problem));
  }
}
