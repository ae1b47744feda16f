package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.YamlFile;
import io.tidemark.catalog.config.YamlNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads one job's file. The kind of job follows from which of four keys it declares. */
final class JobFileReader {
  private static final Map<Key<?>, Keys> KINDS = kinds();

  private final Path path;
  private final String file;
  private final Problems problems;

  private JobFileReader(Path path, String file, Problems problems) {
    this.path = path;
    this.file = file;
    this.problems = problems;
  }

  /** Reads a file; nothing when not even its kind is known, which is a problem already added. */
  static Optional<JobFile> read(Path path, String file, Problems problems) {
    return new JobFileReader(path, file, problems).read();
  }

  private Optional<JobFile> read() {
    return YamlFile.read(path, file, problems).flatMap(this::read);
  }

  private Optional<JobFile> read(YamlNode.Mapping yaml) {
    List<Key<?>> kind =
        KINDS.keySet().stream().filter(key -> yaml.entries().containsKey(key.name())).toList();
    if (kind.size() != 1) {
      String declared = String.join(" and ", kind.stream().map(Key::name).toList());
      problems.add(
          new Problem(
              file,
              "file",
              "",
              (kind.isEmpty() ? "is of no kind" : "is of several kinds, by " + declared)
                  + "; declare exactly one of topic (ingest), sql (transform), metrics"
                  + " (aggregate) or delete (mirror)"));
      return Optional.empty();
    }
    Section section = Section.read(yaml, KINDS.get(kind.get(0)), problems);
    return Optional.of(new JobFile(section, spec(kind.get(0), section)));
  }

  private JobSpec spec(Key<?> kind, Section section) {
    if (kind == JobKeys.TOPIC) {
      return IngestReader.read(section);
    }
    if (kind == JobKeys.DELETE) {
      return MirrorReader.read(section);
    }
    return kind == JobKeys.SQL
        ? TransformReader.read(section, path.resolveSibling("."))
        : AggregateReader.read(section);
  }

  private static Map<Key<?>, Keys> kinds() {
    Map<Key<?>, Keys> kinds = new LinkedHashMap<>();
    kinds.put(JobKeys.TOPIC, JobKeys.INGEST);
    kinds.put(JobKeys.SQL, JobKeys.TRANSFORM);
    kinds.put(JobKeys.METRICS, JobKeys.AGGREGATE);
    kinds.put(JobKeys.DELETE, JobKeys.MIRROR);
    return kinds;
  }
}
