package io.tidemark.jobs.spec;

import io.tidemark.catalog.NamingRules;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.YamlFile;
import io.tidemark.catalog.config.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads every file below {@code conf/jobs}, then checks them against one another. */
final class JobCatalogReader {
  private JobCatalogReader() {}

  /** The jobs; nothing after a problem in any of their files. */
  static Optional<JobCatalog> read(Path confDir, NamingRules rules, Problems problems) {
    int before = problems.count();
    List<JobSource> sources = new ArrayList<>();
    boolean complete = true;
    Path conf = confDir.toAbsolutePath().normalize();
    for (Path path : list(conf.resolve("jobs"), conf.getFileName() + "/jobs", problems)) {
      String shown = conf.getFileName() + "/" + conf.relativize(path).toString().replace('\\', '/');
      Optional<YamlNode.Mapping> yaml = YamlFile.read(path, shown, problems);
      yaml.ifPresent(keys -> sources.add(new JobSource(shown, keys)));
      complete &= yaml.isPresent();
    }
    JobTemplates templates = JobTemplates.of(sources, problems);
    List<JobFile> files = new ArrayList<>();
    for (JobSource source : sources) {
      if (source.isTemplate()) {
        complete &= templates.complete(source).isPresent();
      } else {
        Optional<JobFile> file =
            templates
                .complete(source)
                .flatMap(yaml -> JobFileReader.read(conf.getParent(), yaml, problems));
        file.ifPresent(files::add);
        complete &= file.isPresent() && file.get().output() != null;
      }
    }
    JobGraphCheck.check(files, complete);
    files.forEach(file -> JobNamingCheck.check(file, rules));
    InputColumnsCheck.check(files);
    SplitCheck.check(files, complete);
    return problems.count() > before
        ? Optional.empty()
        : Optional.of(
            new JobCatalog(
                files.stream().map(JobFile::spec).toList(),
                files.stream().collect(Collectors.toMap(JobFile::name, JobFile::declared))));
  }

  private static List<Path> list(Path directory, String shown, Problems problems) {
    try (Stream<Path> found = Files.walk(directory)) {
      List<Path> files =
          found.filter(JobCatalogReader::isYaml).filter(Files::isRegularFile).sorted().toList();
      if (files.isEmpty()) {
        problems.add(new Problem(shown, "file", "", "holds no job; write one as NAME.yml"));
      }
      return files;
    } catch (IOException e) {
      problems.add(
          new Problem(shown, "file", "", "is not a directory; create it with a job inside"));
      return List.of();
    }
  }

  // A file left out for its ending would be a job that silently does not run.
  private static boolean isYaml(Path path) {
    String name = path.getFileName().toString();
    return name.endsWith(".yml") || name.endsWith(".yaml");
  }
}
