package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.DeclaredValue;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Section;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A job's file after it was read by itself, and before it is checked against the others.
 *
 * @param section what is written, for messages
 * @param spec {@code null} when the file has problems of its own
 * @param declared every value that holds, and where it comes from
 */
record JobFile(Section section, JobSpec spec, List<DeclaredValue> declared) {
  /** Its name; {@code null} when that could not be read. */
  String name() {
    return section.get(JobKeys.JOB);
  }

  /** The table it writes; {@code null} when that could not be read. */
  TableName output() {
    return section.get(JobKeys.OUTPUT);
  }

  /** The tables it reads, as far as they could be read; none of a job that reads a topic. */
  List<TableName> inputs() {
    if (section.has(JoinKeys.JOIN)) {
      return joined().stream()
          .flatMap(side -> Stream.ofNullable(side.get(InputKeys.TABLE)))
          .toList();
    }
    List<Section> several = section.get(JobKeys.INPUTS);
    return several == null
        ? Stream.ofNullable(section.get(JobKeys.INPUT)).toList()
        : several.stream()
            .flatMap(each -> Stream.ofNullable(each.get(JobKeys.TABLE_READ)))
            .toList();
  }

  private List<Section> joined() {
    Section join = section.get(JoinKeys.JOIN);
    return join == null
        ? List.of()
        : Stream.of(JoinKeys.LEFT, JoinKeys.RIGHT)
            .flatMap(side -> Stream.ofNullable(join.get(side)))
            .toList();
  }

  /** Adds a problem with one of the {@link #inputs}. */
  void refuseInput(TableName input, String remedy) {
    if (section.has(JoinKeys.JOIN)) {
      section.refuse(JoinKeys.JOIN, "", input.toString(), remedy);
    } else if (section.has(JobKeys.INPUTS)) {
      section.refuse(JobKeys.INPUTS, "", input.toString(), remedy);
    } else {
      section.refuse(JobKeys.INPUT, remedy);
    }
  }

  /** How fresh its table has to be; {@code null} when that could not be read. */
  Duration freshness() {
    return section.get(JobKeys.FRESHNESS);
  }

  void refuse(Key<?> key, String remedy) {
    section.refuse(key, remedy);
  }
}
