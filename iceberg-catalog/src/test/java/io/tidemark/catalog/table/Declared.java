package io.tidemark.catalog.table;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.YamlFile;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;

/** Declared tables for tests, from text as it stands in files. */
final class Declared {
  static final TableName EVENT = TableName.parse("dwd.event");

  private Declared() {}

  /** A file's declaration. */
  static TableSpec file(String yaml) {
    Problems problems = new Problems();
    TableSpec spec =
        TableSpecReader.read(
            Section.read(
                YamlFile.parse(yaml, "t.yml", problems).orElseThrow(), TableKeys.KEYS, problems));
    problems.throwIfAny();
    return spec;
  }

  /** A table that no job writes, {@code dwd.event}. */
  static DeclaredTable alone(String yaml) {
    return DeclaredTable.standingAlone(file("table: dwd.event\n" + yaml));
  }

  /** The columns, as {@code name: type} lines. */
  static Schema schema(String columns) {
    return DeclaredTable.schemaOf(file("table: dwd.event\ncolumns:\n" + columns.indent(2)));
  }

  /**
   * The table of a job, {@code dwd.event}.
   *
   * @param columns what follows from the job, as {@code name: type} lines
   * @param yaml what its file says
   */
  static DeclaredTable ofJob(String columns, String yaml) {
    return DeclaredTable.ofDays(EVENT, schema(columns), Map.of("tidemark.job", "dwd_event"))
        .described("", "", List.of())
        .with(file("table: dwd.event\n" + yaml));
  }
}
