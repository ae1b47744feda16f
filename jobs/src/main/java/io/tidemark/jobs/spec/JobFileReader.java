package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.DeclaredValue;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.YamlNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a job of its keys. The kind of job follows from which of a few keys it declares. */
final class JobFileReader {
  private static final Map<Key<?>, Keys> KINDS = kinds();

  private final Path root;
  private final YamlNode.Mapping yaml;
  private final MetricRegistry metrics;
  private final Problems problems;

  private JobFileReader(
      Path root, YamlNode.Mapping yaml, MetricRegistry metrics, Problems problems) {
    this.root = root;
    this.yaml = yaml;
    this.metrics = metrics;
    this.problems = problems;
  }

  /**
   * Reads a job; nothing when not even its kind is known, which is a problem already added.
   *
   * @param root the folder that the names of files start from
   * @param yaml its keys, inherited ones too
   * @param metrics what its metrics may refer to
   */
  static Optional<JobFile> read(
      Path root, YamlNode.Mapping yaml, MetricRegistry metrics, Problems problems) {
    return new JobFileReader(root, yaml, metrics, problems).read();
  }

  private Optional<JobFile> read() {
    List<Key<?>> kind =
        KINDS.keySet().stream().filter(key -> yaml.entries().containsKey(key.name())).toList();
    if (kind.size() != 1) {
      String declared = String.join(" and ", kind.stream().map(Key::name).toList());
      problems.add(
          new Problem(
              yaml.file(),
              "file",
              "",
              (kind.isEmpty() ? "is of no kind" : "is of several kinds, by " + declared)
                  + "; declare exactly one of topic (ingest), sql (transform), inputs"
                  + " (union), join, metrics (aggregate), delete (mirror), history (history), or jdbc,"
                  + " kafka or redis (sink)"));
      return Optional.empty();
    }
    Keys keys = KINDS.get(kind.get(0));
    Section section = Section.read(yaml, keys, problems);
    return Optional.of(
        new JobFile(section, spec(kind.get(0), section), DeclaredValue.of(yaml, keys)));
  }

  private JobSpec spec(Key<?> kind, Section section) {
    if (kind == JobKeys.TOPIC) {
      return IngestReader.read(section, besideSchema());
    }
    if (kind == JobKeys.DELETE || kind == JobKeys.HISTORY) {
      return MirrorReader.read(section);
    }
    if (kind == JoinKeys.JOIN) {
      return JoinReader.read(section, beside(kind));
    }
    return kind == JobKeys.SQL || kind == JobKeys.INPUTS
        ? TransformReader.read(section, beside(kind))
        : AggregateReader.read(section, metrics);
  }

  /** The SQL stands beside the file that names it, which may be one that this job extends. */
  private Path beside(Key<?> sql) {
    return root.resolve(yaml.entries().get(sql.name()).file()).getParent();
  }

  /** A schema stands beside the file that names it, likewise. */
  private Path besideSchema() {
    YamlNode at = yaml.entries().getOrDefault(PayloadKeys.PAYLOAD.name(), yaml);
    if (at instanceof YamlNode.Mapping payload) {
      at = payload.entries().getOrDefault(PayloadKeys.SCHEMA.name(), payload);
    }
    return root.resolve(at.file()).getParent();
  }

  private static Map<Key<?>, Keys> kinds() {
    Map<Key<?>, Keys> kinds = new LinkedHashMap<>();
    kinds.put(JobKeys.TOPIC, JobKeys.INGEST);
    kinds.put(JobKeys.SQL, JobKeys.TRANSFORM);
    kinds.put(JobKeys.INPUTS, JobKeys.UNION);
    kinds.put(JoinKeys.JOIN, JobKeys.JOIN);
    kinds.put(JobKeys.METRICS, JobKeys.AGGREGATE);
    kinds.put(JobKeys.DELETE, JobKeys.MIRROR);
    kinds.put(JobKeys.HISTORY, JobKeys.HISTORY_JOB);
    return kinds;
  }
}
