package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Values;
import io.tidemark.catalog.table.TableKeys;

/** The keys of a table that is read, and of what is made of its rows. */
final class InputKeys {
  static final Key<TableName> TABLE =
      Key.required("table", TableKeys.TABLE_NAME, "A table read, which another job writes.");
  static final Key<String> SQL =
      Key.required(
          "sql",
          Values.of("file name", InputKeys::fileName),
          "File beside this one: `SELECT ..., source.* FROM input [WHERE ...]`.");

  private InputKeys() {}

  private static String fileName(String text) {
    return KeyTexts.check(
        text,
        "[^/\\\\]+\\.sql",
        "is not the name of an SQL file beside this one; write a name that ends with .sql");
  }
}
