package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Section;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Makes an ingest job of its file. */
final class IngestReader {
  private final Section job;
  private final Map<String, ColumnSpec> columns = new LinkedHashMap<>();
  private PayloadSpec payload;
  private SplitSpec split;

  private final Path directory;

  private IngestReader(Section job, Path directory) {
    this.job = job;
    this.directory = directory;
  }

  /**
   * The job, or {@code null} after a problem.
   *
   * @param directory where the files that it names are
   */
  static IngestSpec read(Section job, Path directory) {
    return new IngestReader(job, directory).read();
  }

  private IngestSpec read() {
    payload = PayloadReader.read(job, directory);
    Map<String, Section> declared = job.get(ColumnKeys.COLUMNS);
    Section time = job.get(JobKeys.EVENT_TIME);
    String timeColumn = time == null ? null : time.get(JobKeys.EVENT_COLUMN);
    if (declared != null) {
      // With the event time misspelled, nothing can be said of a column called event_time.
      String known = declared.containsKey(timeColumn) ? timeColumn : null;
      declared.forEach((name, column) -> column(name, column, known));
      checkColumns(declared);
      checkSchema();
    }
    if (payload != null && time != null && time.sound()) {
      checkEventTimePresent(timeColumn);
    }
    if (isChangeLog()
        && time != null
        && timeColumn == null
        && time.get(JobKeys.AHEAD) == EventTimeSpec.Ahead.CLAMP) {
      time.refuse(
          JobKeys.AHEAD,
          "would change when a change was committed, by which changes are ordered; use dead-letter"
              + " or keep");
    }
    if (timeColumn != null && declared != null) {
      checkEventTime(time, timeColumn, declared);
    }
    split = SplitReader.read(job, columns, payload);
    Start start =
        split != null && split.isRoute() && !job.has(StartKeys.START)
            ? Start.OfSplit.WHERE_IT_STANDS
            : StartReader.start(job.get(StartKeys.START));
    ReadLimit limit = StartReader.limit(job.get(JobKeys.LIMIT));
    boolean settled = start != null && limit != null && payload != null && split != null;
    boolean sound = settled && time != null && time.sound() && !columns.containsValue(null);
    return !sound ? null : job.build(() -> spec(time, start, limit));
  }

  private IngestSpec spec(Section time, Start start, ReadLimit limit) {
    return new IngestSpec(
        job.get(JobKeys.JOB),
        job.get(JobKeys.DESCRIPTION),
        job.get(JobKeys.OWNER),
        job.get(JobKeys.TOPIC),
        start,
        limit,
        payload,
        split,
        new ArrayList<>(columns.values()),
        new EventTimeSpec(
            time.get(JobKeys.EVENT_COLUMN) == null
                ? SystemColumns.EVENT_TIME
                : time.get(JobKeys.EVENT_COLUMN),
            time.get(JobKeys.NOT_BEFORE).atStartOfDay(ZoneOffset.UTC).toInstant(),
            time.get(JobKeys.MAX_AHEAD),
            time.get(JobKeys.AHEAD)),
        job.get(JobKeys.OUTPUT));
  }

  private boolean isChangeLog() {
    return payload != null && payload.isChangeLog();
  }

  private void checkEventTimePresent(String column) {
    if (!isChangeLog() && column == null) {
      job.refuse(
          JobKeys.EVENT_TIME,
          "",
          "",
          "does not say the column; write 'event-time: { column: NAME }'");
    }
  }

  private void column(String name, Section section, String timeColumn) {
    String refusal = isChangeLog() ? PayloadReader.refusal(name, section, payload) : null;
    if (refusal != null) {
      section.refuse(refusal);
    } else if (SystemColumns.contains(name) && !name.equals(SystemColumns.EVENT_TIME)) {
      section.refuse(
          "has the name of a column that Tidemark adds; choose another name and say where the value"
              + " stands with 'path: "
              + name
              + "'");
    } else if (name.equals(SystemColumns.EVENT_TIME)
        && timeColumn != null
        && !name.equals(timeColumn)) {
      section.refuse(
          "may only be the event time; declare 'event-time: { column: event_time }' or choose"
              + " another name");
    } else if (!name.matches("[a-z][a-z0-9_]*")) {
      section.refuse("is not a column name; use lower-case letters, digits and underscores");
    }
    columns.put(name, section.build(() -> column(name, section)));
  }

  private static ColumnSpec column(String name, Section section) {
    ColumnType type = section.get(ColumnKeys.TYPE);
    boolean timestamp = type.base() == ColumnType.Base.TIMESTAMP;
    ColumnSpec.TimeFormat format = section.get(ColumnKeys.FORMAT);
    if (format != null && !timestamp) {
      throw new IllegalArgumentException(
          "has a format, which only a timestamp has; remove it or write 'type: timestamp'");
    }
    if (timestamp && format == null) {
      format = ColumnSpec.TimeFormat.EPOCH_MILLIS;
    }
    String path = section.get(ColumnKeys.PATH);
    ColumnSource from = section.get(ColumnKeys.FROM);
    if (path != null && !from.equals(ColumnSource.VALUE)) {
      throw new IllegalArgumentException(
          "has a path, which only a column from the value has; remove it or the key 'from'");
    }
    return new ColumnSpec(
        name, type, section.get(ColumnKeys.REQUIRED), path == null ? name : path, format, from);
  }

  private void checkSchema() {
    if (payload != null && payload.schema() != null) {
      List<ColumnSpec> sound = columns.values().stream().filter(Objects::nonNull).toList();
      SchemaFit.ofFile(payload)
          .problems(sound)
          .forEach((column, remedy) -> job.refuse(ColumnKeys.COLUMNS, column.name(), "", remedy));
    }
  }

  private void checkColumns(Map<String, Section> declared) {
    if (declared.isEmpty()) {
      job.refuse(
          ColumnKeys.COLUMNS,
          isChangeLog()
              ? "is empty; declare at least the columns of the key"
              : "is empty; declare at least the event time");
    }
  }

  private void checkEventTime(Section time, String column, Map<String, Section> declared) {
    Section section = declared.get(column);
    if (section == null) {
      time.refuse(
          JobKeys.EVENT_COLUMN,
          "is not a declared column; "
              + ColumnNames.didYouMean(column, List.copyOf(declared.keySet())));
    } else if (section.sound()) {
      boolean timestamp = section.get(ColumnKeys.TYPE).base() == ColumnType.Base.TIMESTAMP;
      if (isChangeLog() && !timestamp) {
        time.refuse(
            JobKeys.EVENT_COLUMN,
            "is no timestamp; name the column that says when the row came about, or remove the key:"
                + " then a change happened when it was committed");
      } else if (!isChangeLog() && (!timestamp || !section.get(ColumnKeys.REQUIRED))) {
        time.refuse(
            JobKeys.EVENT_COLUMN,
            "is not a required timestamp; declare '"
                + column
                + ": { type: timestamp, required: true }'");
      } else if (!section.get(ColumnKeys.FROM).equals(ColumnSource.VALUE)) {
        time.refuse(
            JobKeys.EVENT_COLUMN,
            "is not in the message's value; declare a column that is read from there");
      }
    }
  }
}
