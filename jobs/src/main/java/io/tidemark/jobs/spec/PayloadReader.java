package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Section;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes the payload of an ingest job's file, and checks what a change log asks of its columns. */
final class PayloadReader {
  /** A position has as many parts as ODS has columns for it. */
  private static final int MOST_PARTS = 3;

  private PayloadReader() {}

  /**
   * The payload, or {@code null} after a problem.
   *
   * @param directory where the schema that it names is
   */
  static PayloadSpec read(Section job, Path directory) {
    Section payload = job.get(PayloadKeys.PAYLOAD);
    if (payload == null || !payload.sound()) {
      return null;
    }
    Format format = payload.get(PayloadKeys.FORMAT);
    boolean binary = format == Format.AVRO || format == Format.PROTOBUF;
    PayloadSpec spec =
        new PayloadSpec(
            format,
            payload.get(PayloadKeys.TABLE),
            payload.get(PayloadKeys.KEY),
            payload.get(PayloadKeys.DECIMALS),
            payload.get(PayloadKeys.ZONE),
            payload.get(PayloadKeys.POSITION),
            binary ? SchemaFileReader.read(payload, format, directory) : null);
    if (!binary) {
      refuse(payload, PayloadKeys.OF_SCHEMAS, "goes with 'format: avro' or 'protobuf'; remove it");
    }
    if (spec.isChangeLog()) {
      checkChangeLog(payload, spec, job.get(ColumnKeys.COLUMNS));
    } else {
      refuse(
          payload,
          PayloadKeys.OF_CHANGE_LOGS.stream()
              .filter(key -> format != Format.AVRO || key != PayloadKeys.ZONE)
              .toList(),
          "goes with a change log; remove it, or write 'format: debezium-json', say");
    }
    return payload.sound() ? spec : null;
  }

  private static void refuse(Section payload, List<Key<?>> keys, String remedy) {
    keys.stream().filter(payload::has).forEach(key -> payload.refuse(key, remedy));
  }

  private static void checkChangeLog(
      Section payload, PayloadSpec spec, Map<String, Section> columns) {
    if (!payload.has(PayloadKeys.KEY)) {
      payload.refuse(
          PayloadKeys.KEY,
          "is missing; name the columns of the source table's primary key, 'key: [id]' say, or write"
              + " 'key: []' when nothing tells its rows apart");
    }
    ColumnNames.firstRepeated(spec.key())
        .ifPresent(
            name -> payload.refuse(PayloadKeys.KEY, "", name, "is named twice; name it once"));
    for (String name : columns == null ? List.<String>of() : spec.key()) {
      if (!columns.containsKey(name)) {
        payload.refuse(
            PayloadKeys.KEY,
            "",
            name,
            "is not a declared column; "
                + ColumnNames.didYouMean(name, List.copyOf(columns.keySet())));
      }
    }
    if (spec.position().size() > MOST_PARTS) {
      payload.refuse(
          PayloadKeys.POSITION, "has more than three parts; name the three that order changes");
    }
  }

  /** What a column of a change log cannot be, or {@code null}. */
  static String refusal(String name, Section column, PayloadSpec payload) {
    if (ChangeColumns.TAKEN.contains(name) || name.equals(SystemColumns.EVENT_TIME)) {
      return "has the name of a column that Tidemark adds; choose another name and say which column"
          + " of the source it is with 'path: "
          + name
          + "'";
    }
    String path = column.get(ColumnKeys.PATH);
    if (path != null && path.contains(".")) {
      return "has a path with a dot, but a row of a change log has no fields inside fields; write"
          + " the name of the source's column";
    }
    if (!ColumnSource.VALUE.equals(column.get(ColumnKeys.FROM))) {
      return "is not read from the message's value, but the rows of a change log stand there;"
          + " remove the key 'from'";
    }
    Boolean required = column.get(ColumnKeys.REQUIRED);
    if (Boolean.TRUE.equals(required) && !payload.key().contains(name)) {
      return "is required, but a change may leave out what it did not change; remove 'required'"
          + " (the columns of the key always are)";
    }
    return null;
  }
}
