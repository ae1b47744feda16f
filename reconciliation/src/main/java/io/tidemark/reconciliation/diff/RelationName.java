package io.tidemark.reconciliation.diff;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.SecretReference;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One side of a diff as it is written on the command line. */
sealed interface RelationName {
  /** The forms, for a person who wrote another. */
  String FORMS =
      "write layer.table, layer.table@BRANCH, layer.table@TAG or layer.table@SNAPSHOT, a path to"
          + " Parquet or CSV (with a / or an ending), or jdbc:URL;table=NAME;user=NAME;password=${env:NAME}";

  /**
   * A table of the lakehouse.
   *
   * @param table its name
   * @param ref branch, tag or snapshot id; empty for the head of {@code main}
   */
  record OfTable(TableName table, String ref) implements RelationName {}

  /**
   * A file or a folder of files.
   *
   * @param path as written
   * @param format {@code csv} or {@code parquet}; empty where the name does not say
   */
  record OfFiles(String path, String format) implements RelationName {}

  /**
   * A table behind JDBC.
   *
   * @param url without user and password
   * @param table name, or a query in parentheses with an alias
   * @param user empty for none
   * @param password as a reference; {@code null} for none
   */
  record OfJdbc(String url, String table, String user, SecretReference password)
      implements RelationName {
    @Override
    public String toString() {
      return url + ";table=" + table;
    }
  }

  Pattern JDBC = Pattern.compile("(?i)(jdbc:.*?);table=([^;]+)((?:;.*)?)");
  Pattern LOGIN_IN_URL = Pattern.compile("(?i)(password|passwd|pwd)=|//[^/@]*:[^/@]*@");

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException that says what to write, and shows no secret
   */
  static RelationName parse(String text) {
    if (text.regionMatches(true, 0, "jdbc:", 0, 5)) {
      return jdbc(text);
    }
    String format = format(text);
    if (text.contains("/") || !format.isEmpty()) {
      return new OfFiles(text, format);
    }
    int at = text.indexOf('@');
    try {
      TableName table = TableName.parse(at < 0 ? text : text.substring(0, at));
      String ref = at < 0 ? "" : text.substring(at + 1);
      if (at >= 0 && ref.isBlank()) {
        throw new IllegalArgumentException("nothing behind @");
      }
      return new OfTable(table, ref);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is no table and no path; " + FORMS);
    }
  }

  /** What a file's name says of its format; empty for nothing. */
  static String format(String name) {
    if (name.matches(".*\\.csv(\\.gz)?")) {
      return "csv";
    }
    return name.endsWith(".parquet") ? "parquet" : "";
  }

  private static RelationName jdbc(String text) {
    Matcher form = JDBC.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "the JDBC side names no table; write jdbc:URL;table=NAME;user=NAME;password=${env:NAME}");
    }
    if (LOGIN_IN_URL.matcher(form.group(1)).find()) {
      throw new IllegalArgumentException(
          "the JDBC side has a password in its URL; write ;password=${env:NAME} or"
              + " ;password=${file:PATH} behind the table");
    }
    Map<String, String> options = new TreeMap<>();
    for (String option : form.group(3).split(";")) {
      int equals = option.indexOf('=');
      String name = equals < 0 ? option : option.substring(0, equals);
      if (!option.isEmpty() && !name.equals("user") && !name.equals("password")) {
        throw new IllegalArgumentException(
            "'%s' is no option of a JDBC side; behind table= there may be user= and password="
                .formatted(name));
      }
      if (!option.isEmpty()) {
        options.put(name, option.substring(equals + 1));
      }
    }
    return new OfJdbc(
        form.group(1),
        form.group(2),
        options.getOrDefault("user", ""),
        options.containsKey("password") ? secret(options.get("password")) : null);
  }

  private static SecretReference secret(String text) {
    return SecretReference.find(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the JDBC side has a password, which does not stand on a command line; write"
                        + " password=${env:NAME} or password=${file:PATH}"));
  }
}
