package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.report.Report.Picture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reports on disk: a folder per day, whose files a rerun replaces one by one, the page last. */
public final class ReportFolder {
  private final Path reports;

  public ReportFolder(Path reports) {
    this.reports = reports;
  }

  /**
   * Writes the report of a day.
   *
   * @return its page
   */
  public Path write(LocalDate day, Report report) {
    Path folder = reports.resolve(day.toString());
    try {
      Files.createDirectories(folder);
      for (Picture picture : report.pictures()) {
        replace(folder.resolve(picture.name()), picture.png());
      }
      replace(folder.resolve("report.csv"), report.csv());
      replace(folder.resolve("report.txt"), report.text().getBytes(StandardCharsets.UTF_8));
      Path page = folder.resolve("report.html");
      replace(page, report.html().getBytes(StandardCharsets.UTF_8));
      removeOthers(folder, report.pictures());
      return page;
    } catch (IOException e) {
      throw new UncheckedIOException("the report cannot be written to " + folder, e);
    }
  }

  private static void replace(Path file, byte[] bytes) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    Files.write(unfinished, bytes);
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Charts of an earlier report of the day that this one does not have. */
  private static void removeOthers(Path folder, List<Picture> pictures) throws IOException {
    Set<String> kept = pictures.stream().map(Picture::name).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> old =
          files
              .filter(file -> file.getFileName().toString().endsWith(".png"))
              .filter(file -> !kept.contains(file.getFileName().toString()))
              .toList();
      for (Path file : old) {
        Files.delete(file);
      }
    }
  }
}
