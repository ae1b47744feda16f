package io.tidemark.jobs.database;

import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.IngestSpec;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The declarations of one table: what its log becomes in ODS, and its mirror.
 *
 * @param name of the mirror, without its layer
 */
record DraftTable(
    String source,
    String name,
    DatabaseTable table,
    RowIdentity identity,
    List<DraftColumn> columns) {
  /** Of a table at the source; small ones have one file for each micro-batch. */
  private static final long BYTES_PER_BUCKET = 256L << 20;

  private static final long MOST_BUCKETS = 1_000;

  DraftTable(String source, String name, DatabaseTable table) {
    this(source, name, table, RowIdentity.of(table), DraftColumn.of(table));
  }

  /** As Debezium calls it. */
  String topic() {
    return source + "." + table.qualified().replaceAll("[^a-zA-Z0-9._-]", "_");
  }

  /** Why the table cannot be declared at all, or empty. */
  String obstacle() {
    if (columns.stream().noneMatch(DraftColumn::isDeclared)) {
      return "it has no column that can be declared";
    }
    return key().size() < identity.key().size()
        ? "a column of its key cannot be declared: " + String.join(", ", identity.key())
        : "";
  }

  boolean hasMirror() {
    return !identity.key().isEmpty();
  }

  /** The declared names of the key. */
  private List<String> key() {
    return identity.key().stream()
        .flatMap(
            key ->
                columns.stream()
                    .filter(column -> column.isDeclared() && column.source().name().equals(key)))
        .map(DraftColumn::name)
        .toList();
  }

  String changeJob() {
    return DraftNames.changeJob(name);
  }

  String mirrorJob() {
    return DraftNames.MIRRORS + "_" + name;
  }

  String changeFile() {
    return "jobs/ods/" + source + "/" + name + DraftNames.SUFFIX + ".yml";
  }

  String mirrorFile() {
    return "jobs/dwd/" + source + "/" + name + ".yml";
  }

  String changes() {
    StringBuilder yaml = new StringBuilder();
    yaml.append("# As the database describes " + YamlText.oneLine(table.qualified()));
    yaml.append("; review every line.\n");
    if (!identity.remark().isEmpty()) {
      yaml.append("# " + YamlText.oneLine(identity.remark()) + "\n");
    }
    yaml.append("job: " + changeJob() + "\n");
    yaml.append("extends: " + source + "_change_log\n");
    yaml.append("description: " + description("Changes of " + table.qualified()) + "\n");
    yaml.append("topic: " + YamlText.quoted(topic()) + "\n");
    yaml.append("payload: { table: " + YamlText.quoted(table.qualified()));
    yaml.append(", key: " + YamlText.list(key()) + " }\n");
    yaml.append("columns:\n");
    columns.forEach(column -> yaml.append("  " + column.line() + "\n"));
    yaml.append("output: " + DraftNames.CHANGES + "." + name + DraftNames.SUFFIX + "\n");
    return yaml.toString();
  }

  String mirror() {
    return """
        # %s as it is now, by %s.
        job: %s
        extends: %s_mirror
        description: %s
        input: %s.%s%s
        buckets: %d   # %,d MB at the source now; fixed once the table is there
        output: %s.%s
        """
        .formatted(
            YamlText.oneLine(table.qualified()),
            String.join(", ", key()),
            mirrorJob(),
            source,
            description(table.qualified()),
            DraftNames.CHANGES,
            name,
            DraftNames.SUFFIX,
            Math.min(MOST_BUCKETS, 1 + table.bytes() / BYTES_PER_BUCKET),
            table.bytes() >> 20,
            DraftNames.MIRRORS,
            name);
  }

  private String description(String what) {
    String comment = table.comment().isBlank() ? "" : ": " + table.comment();
    return "\""
        + YamlText.oneLine(what + comment).replace("\\", "\\\\").replace("\"", "\\\"")
        + "\"";
  }

  /** Lines for columns that a job which reads this table's log does not declare. */
  List<String> notDeclaredBy(IngestSpec job) {
    Set<String> known = job.columns().stream().map(ColumnSpec::path).collect(Collectors.toSet());
    return columns.stream()
        .filter(column -> column.isDeclared() && !known.contains(column.source().name()))
        .map(DraftColumn::line)
        .toList();
  }

  String topicLine() {
    return YamlText.quoted(topic()) + ": { partitions: 1 }";
  }
}
