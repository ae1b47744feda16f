package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.DeclaredValue;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.YamlNode;
import java.util.List;

/** Makes a sink of its file. */
final class SinkReader {
  private SinkReader() {}

  /** Whether a file below {@code conf/jobs} declares a sink. */
  static boolean isSink(YamlNode.Mapping yaml) {
    return SinkKeys.TARGETS.stream().anyMatch(key -> yaml.entries().containsKey(key.name()));
  }

  /** The sink, and what is wrong with it by itself. */
  static SinkFile read(YamlNode.Mapping yaml, Problems problems) {
    Section section = Section.read(yaml, JobKeys.SINK, problems);
    return new SinkFile(
        section, section.build(() -> spec(section)), DeclaredValue.of(yaml, JobKeys.SINK));
  }

  private static SinkSpec spec(Section sink) {
    List<Key<Section>> targets = SinkKeys.TARGETS.stream().filter(sink::has).toList();
    if (targets.size() > 1) {
      throw new IllegalArgumentException(
          "writes to several, by "
              + String.join(" and ", targets.stream().map(Key::name).toList())
              + "; declare a sink for each");
    }
    Section target = sink.get(targets.get(0));
    List<String> columns = target.get(SinkKeys.COLUMNS);
    ColumnNames.firstRepeated(columns)
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  "names the column '" + name + "' twice; name it once");
            });
    return new SinkSpec(
        sink.get(JobKeys.JOB),
        sink.get(JobKeys.DESCRIPTION),
        sink.get(JobKeys.OWNER),
        sink.get(JobKeys.INPUT),
        columns,
        target(targets.get(0), target));
  }

  private static SinkSpec.Target target(Key<Section> kind, Section target) {
    if (kind == SinkKeys.JDBC) {
      return new SinkSpec.Jdbc(
          target.get(SinkKeys.CONNECTION), target.get(SinkKeys.TABLE), target.get(SinkKeys.CREATE));
    }
    return kind == SinkKeys.KAFKA
        ? new SinkSpec.Kafka(target.get(SinkKeys.SENT_TO))
        : new SinkSpec.Redis(target.get(SinkKeys.CONNECTION), target.get(SinkKeys.PREFIX));
  }
}
