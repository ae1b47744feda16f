package io.tidemark.jobs.spec;

import io.tidemark.catalog.NamingRules;
import io.tidemark.catalog.config.DeclaredValue;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.YamlNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads every file below {@code conf/jobs}, then checks them against one another. */
final class JobCatalogReader {
  private static final String FOLDER = "jobs";

  private JobCatalogReader() {}

  /**
   * The jobs; nothing after a problem in any of their files.
   *
   * @param metrics what their metrics may refer to
   */
  static Optional<JobCatalog> read(
      Path confDir, NamingRules rules, MetricRegistry metrics, Problems problems) {
    int before = problems.count();
    List<JobSource> sources = new ArrayList<>();
    boolean complete = true;
    Path conf = confDir.toAbsolutePath().normalize();
    for (ConfFile file : files(conf, problems)) {
      Optional<YamlNode.Mapping> yaml = file.read(problems);
      yaml.ifPresent(keys -> sources.add(new JobSource(file.shown(), keys)));
      complete &= yaml.isPresent();
    }
    JobTemplates templates = JobTemplates.of(sources, problems);
    List<JobFile> files = new ArrayList<>();
    List<SinkFile> sinks = new ArrayList<>();
    for (JobSource source : sources) {
      if (source.isTemplate()) {
        complete &= templates.complete(source).isPresent();
        continue;
      }
      Optional<YamlNode.Mapping> yaml = templates.complete(source);
      if (yaml.filter(SinkReader::isSink).isPresent()) {
        sinks.add(SinkReader.read(yaml.get(), problems));
        continue;
      }
      Optional<JobFile> file =
          yaml.flatMap(keys -> JobFileReader.read(conf.getParent(), keys, metrics, problems));
      file.ifPresent(files::add);
      complete &= file.isPresent() && file.get().output() != null;
    }
    JobGraphCheck.check(files, complete, rules.maxHops());
    files.forEach(file -> JobNamingCheck.check(file, rules));
    InputColumnsCheck.check(files);
    SplitCheck.check(files, complete);
    SinkCheck.check(sinks, files, complete);
    List<ViewFile> views = ViewReader.read(conf, problems);
    ViewCheck.check(views, files, rules, complete);
    List<AlertSpec> alerts = AlertReader.read(files, sinks, metrics, complete);
    // A job that names a broken metric adds no problem to the metric's own.
    boolean whole = files.stream().allMatch(file -> file.spec() != null);
    if (problems.count() > before || !whole) {
      return Optional.empty();
    }
    Map<String, List<DeclaredValue>> declared = new HashMap<>();
    Map<String, Duration> freshness = new HashMap<>();
    for (JobFile file : files) {
      declared.put(file.name(), file.declared());
      freshness.put(file.name(), file.freshness());
    }
    for (SinkFile sink : sinks) {
      declared.put(sink.spec().name(), sink.declared());
      freshness.put(sink.spec().name(), sink.section().get(JobKeys.FRESHNESS));
    }
    return Optional.of(
        new JobCatalog(
            files.stream().map(JobFile::spec).toList(),
            sinks.stream().map(SinkFile::spec).toList(),
            views.stream().map(ViewFile::spec).toList(),
            declared,
            freshness,
            alerts));
  }

  private static List<ConfFile> files(Path conf, Problems problems) {
    List<ConfFile> files = ConfFile.below(conf, FOLDER, problems);
    if (files.isEmpty()) {
      problems.add(
          new Problem(
              conf.getFileName() + "/" + FOLDER,
              "file",
              "",
              Files.isDirectory(conf.resolve(FOLDER))
                  ? "holds no job; write one as NAME.yml"
                  : "is not a directory; create it with a job inside"));
    }
    return files;
  }
}
