package io.tidemark.tests.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Fifty tables of varied shape, and the SQL that fills and changes them. Every type comes up in
 * several tables; a row's values follow from a seed.
 */
final class SourceTables {
  static final int COUNT = 50;

  /** How many of them have neither a key nor a unique index. */
  static final int WITHOUT_KEY = 5;

  private static final int COLUMNS_EACH = 8;

  /**
   * A type of PostgreSQL.
   *
   * @param literal of a random value
   * @param text an expression that writes a column as the mirror's text is
   * @param apart whether values are so large that they are stored apart
   */
  record Type(String sql, Function<Random, String> literal, String text, boolean apart) {}

  /**
   * A table.
   *
   * @param key columns of the primary key, or of the unique index in its place; may be empty
   * @param columns others, by place
   */
  record Table(String name, List<String> key, boolean primary, List<Type> columns) {
    String column(int i) {
      return "c" + i;
    }
  }

  /** The values are sums of powers of two, and whole numbers of these. */
  private static final String MILLIONTHS = "(%s * 1000000)::bigint";

  private static final List<Type> TYPES =
      List.of(
          type("integer", r -> String.valueOf(r.nextInt())),
          type("bigint", r -> String.valueOf(r.nextLong())),
          type("smallint", r -> String.valueOf(r.nextInt(30_000))),
          type("numeric(12,2)", r -> "%d.%02d".formatted(r.nextInt(1_000_000), r.nextInt(100))),
          type("numeric", r -> "%d.%d".formatted(r.nextLong() >>> 2, r.nextInt(100_000))),
          type("price", r -> "%d.125".formatted(r.nextInt(10_000))),
          type("money", r -> "%d.%02d".formatted(r.nextInt(10_000), r.nextInt(100)), "%s::numeric"),
          type("boolean", r -> String.valueOf(r.nextBoolean())),
          type("real", r -> String.valueOf(r.nextInt(1_000) / 8.0), MILLIONTHS),
          type("double precision", r -> String.valueOf(r.nextInt(1_000_000) / 64.0), MILLIONTHS),
          type(
              "date",
              r -> "20%02d-0%d-1%d".formatted(r.nextInt(30), 1 + r.nextInt(9), r.nextInt(9))),
          type("timestamp", SourceTables::clock, "(extract(epoch FROM %s) * 1000000)::bigint"),
          type("timestamp(3)", SourceTables::clock, "(extract(epoch FROM %s) * 1000000)::bigint"),
          type(
              "timestamptz",
              r -> clock(r) + "+05:30",
              "(extract(epoch FROM %s) * 1000000)::bigint"),
          type("time", r -> clock(r).substring(11), "(extract(epoch FROM %s) * 1000000)::bigint"),
          type("time(3)", r -> clock(r).substring(11), "(extract(epoch FROM %s) * 1000)::bigint"),
          type(
              "timetz",
              r -> "1%d:20:3%d+02".formatted(r.nextInt(9), r.nextInt(9)),
              "(%s AT TIME ZONE 'UTC')::time || 'Z'"),
          type("interval", r -> "%d year 2 mons 3 days 04:05:06.78".formatted(1 + r.nextInt(9))),
          type("text", r -> "it's \"text\" " + r.nextInt(1_000) + " 漢字\n\\"),
          // Stored apart: an update of another column does not carry them.
          type("text", r -> hexDigits(r, 4_000), "%s", true),
          type(
              "bigint[]",
              r ->
                  "{"
                      + r.longs(400).mapToObj(String::valueOf).collect(Collectors.joining(","))
                      + "}",
              "array_to_json(%s)",
              true),
          type(
              "bytea",
              r -> "\\x" + hexDigits(r, 8_000),
              "translate(encode(%s, 'base64'), E'\\n', '')",
              true),
          type("varchar(20)", r -> "v" + r.nextInt()),
          type("char(5)", r -> "c" + r.nextInt(999), "rpad(%s, 5)"),
          type("uuid", r -> new UUID(r.nextLong(), r.nextLong()).toString()),
          type("json", r -> "{\"a\" : %d, \"b\":[1,2]}".formatted(r.nextInt(100))),
          type("jsonb", r -> "{\"z\": {\"n\": %d.50}, \"a\": null}".formatted(r.nextInt(100))),
          type("integer[]", r -> "{%d,NULL,3}".formatted(r.nextInt()), "array_to_json(%s)"),
          type("text[]", r -> "{a%d,\"b c\"}".formatted(r.nextInt(9)), "array_to_json(%s)"),
          type(
              "numeric(8,2)[]",
              r -> "{%d.50,NULL}".formatted(r.nextInt(99)),
              "array_to_json(%s::text[])"),
          type("uuid[]", r -> "{" + new UUID(1, r.nextLong()) + "}", "array_to_json(%s)"),
          type("mood", r -> List.of("sad", "ok", "happy").get(r.nextInt(3))),
          type("bytea", r -> "\\x%08x".formatted(r.nextInt()), "encode(%s, 'base64')"),
          type("inet", r -> "10.1.%d.7/24".formatted(r.nextInt(255))),
          type("int4range", r -> "[%d,2000)".formatted(r.nextInt(1_000))),
          type("bit(1)", r -> String.valueOf(r.nextInt(2)), "(%s = B'1')"),
          type(
              "bit(8)",
              r -> "0000%s".formatted(Integer.toBinaryString(8 + r.nextInt(8))),
              "encode(decode(lpad(to_hex(%s::int), 2, '0'), 'hex'), 'base64')"));

  private SourceTables() {}

  private static Type type(String sql, Function<Random, String> literal) {
    return type(sql, literal, "%s");
  }

  private static Type type(String sql, Function<Random, String> literal, String text) {
    return type(sql, literal, text, false);
  }

  private static Type type(
      String sql, Function<Random, String> literal, String text, boolean apart) {
    return new Type(sql, literal, "(" + text + ")::text", apart);
  }

  private static String hexDigits(Random random, int count) {
    return random
        .ints(count, 0, 16)
        .mapToObj(digit -> Character.toString(Character.forDigit(digit, 16)))
        .collect(Collectors.joining());
  }

  private static String clock(Random random) {
    return "20%02d-03-0%d 1%d:2%d:3%d.%06d"
        .formatted(
            random.nextInt(30),
            1 + random.nextInt(9),
            random.nextInt(9),
            random.nextInt(9),
            random.nextInt(9),
            random.nextInt(1_000_000));
  }

  /** Statements for what the tables' columns need. */
  static List<String> types() {
    return List.of(
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')", "CREATE DOMAIN price AS numeric(8,3)");
  }

  static List<Table> all() {
    List<Table> tables = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      List<Type> columns = new ArrayList<>();
      for (int c = 0; c < COLUMNS_EACH; c++) {
        columns.add(TYPES.get((i * COLUMNS_EACH + c) % TYPES.size()));
      }
      boolean primary = i % 10 < 8;
      List<String> key =
          i % 10 == 9 ? List.of() : i % 3 == 0 ? List.of("tenant", "id") : List.of("id");
      tables.add(new Table("t%02d".formatted(i), key, primary, columns));
    }
    return tables;
  }

  /** A table that the source gets later. */
  static Table late() {
    return new Table(
        "late",
        List.of("id"),
        true,
        List.of(
            type("text", r -> "t" + r.nextInt()),
            // A field that is larger than those of the type is kept.
            type(
                "interval day to second(3)",
                r -> "%d year 2 mons 3 days 04:05:06.78".formatted(1 + r.nextInt(9)))));
  }

  /** The statements that make a table. */
  static List<String> create(Table table) {
    StringBuilder sql = new StringBuilder("CREATE TABLE " + table.name() + " (");
    sql.append("tenant text NOT NULL DEFAULT 'a', id integer NOT NULL");
    for (int i = 0; i < table.columns().size(); i++) {
      sql.append(", " + table.column(i) + " " + table.columns().get(i).sql());
    }
    String key = String.join(", ", table.key());
    if (table.primary()) {
      sql.append(", PRIMARY KEY (" + key + ")");
    }
    sql.append(")");
    return table.primary() || table.key().isEmpty()
        ? List.of(sql.toString())
        : List.of(
            sql.toString(),
            "CREATE UNIQUE INDEX " + table.name() + "_one ON " + table.name() + " (" + key + ")");
  }

  static String insert(Table table, int id, Random random) {
    StringBuilder sql = new StringBuilder("INSERT INTO " + table.name() + " VALUES ('a', " + id);
    table.columns().forEach(type -> sql.append(", " + literal(type, random)));
    return sql.append(table.key().isEmpty() ? ")" : ") ON CONFLICT DO NOTHING").toString();
  }

  /**
   * An update of some column; now and then of the key, except where a value is stored apart: the
   * log would not have it under the new key.
   */
  static String update(Table table, int id, Random random) {
    int column = random.nextInt(table.columns().size());
    String what =
        random.nextInt(8) == 0 && table.columns().stream().noneMatch(Type::apart)
            ? "id = " + (id + 100_000)
            : table.column(column) + " = " + literal(table.columns().get(column), random);
    return "UPDATE " + table.name() + " SET " + what + " WHERE id = " + id + notThere(table, id);
  }

  private static String notThere(Table table, int id) {
    return " AND NOT EXISTS (SELECT 1 FROM %s o WHERE o.id = %d)"
        .formatted(table.name(), id + 100_000);
  }

  static String delete(Table table, int id) {
    return "DELETE FROM " + table.name() + " WHERE id = " + id;
  }

  private static String literal(Type type, Random random) {
    if (random.nextInt(10) == 0) {
      return "NULL";
    }
    String value = type.literal().apply(random);
    return "'" + value.replace("'", "''") + "'";
  }
}
