package io.tidemark.jobs.database;

/** Names as PostgreSQL's SQL takes them. */
final class SqlNames {
  private SqlNames() {}

  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  static String quoted(DatabaseTable table) {
    return quoted(table.schema()) + "." + quoted(table.name());
  }
}
