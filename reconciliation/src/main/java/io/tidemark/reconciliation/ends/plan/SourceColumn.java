package io.tidemark.reconciliation.ends.plan;

import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnType;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A column of PostgreSQL and of its mirror, each with the SQL that writes its value as the same
 * text: digits without trailing zeros, microseconds since 1970, the bits of a double.
 *
 * @param name in the mirror
 * @param path in the database
 * @param source SQL of PostgreSQL for the text; NULL for NULL
 * @param mirror SQL of Spark for the text; NULL for NULL
 */
public record SourceColumn(String name, String path, String source, String mirror) {
  /** The function of Spark that writes a decimal; without trailing zeros. */
  public static final String DECIMAL_TEXT = "tidemark_decimal_text";

  /** The function of Spark that writes the bits of a double; those of 0 for -0. */
  public static final String DOUBLE_TEXT = "tidemark_double_text";

  private static final Pattern TYPE =
      Pattern.compile(
          "(?<name>[^(\\[]+?)\\s*(\\((?<arguments>[^)]*)\\))?(?<zone> with(out)? time"
              + " zone)?(?<array>(\\[\\])*)");

  private static final Set<String> INTEGERS = Set.of("smallint", "integer", "bigint", "oid");
  private static final Set<String> PLAIN_ELEMENTS =
      Set.of("smallint", "integer", "bigint", "text", "character varying", "uuid", "boolean");
  private static final Set<String> OTHER_TEXTS =
      Set.of(
          "bit",
          "bit varying",
          "interval",
          "date",
          "time",
          "timestamp",
          "hstore",
          "point",
          "geometry",
          "geography",
          "real",
          "double precision",
          "money");
  private static final int MILLIS = 3;

  /**
   * Pairs a declared column with the database's.
   *
   * @param type as PostgreSQL's {@code format_type} writes it, a domain as the type behind it
   * @param zone of times without a zone
   * @return nothing when the two cannot be written alike
   */
  public static Optional<SourceColumn> of(ColumnSpec column, String type, ZoneId zone) {
    Matcher form = TYPE.matcher(type);
    if (!form.matches()) {
      return Optional.empty();
    }
    String c = quoted(column.path());
    String name = form.group("name");
    name = name.startsWith("interval ") ? "interval" : name.substring(name.lastIndexOf('.') + 1);
    boolean array = !form.group("array").isEmpty();
    String arguments = form.group("arguments");
    String found =
        array && column.type().base() != ColumnType.Base.STRING
            ? null
            : switch (column.type().base()) {
              case STRING -> array ? arrayText(c, name) : text(c, name, arguments);
              case BOOLEAN -> bool(c, name, arguments);
              case INT, BIGINT ->
                  " with time zone".equals(form.group("zone")) ? null : integer(c, name, arguments);
              case DOUBLE -> real(c, name);
              case DECIMAL -> decimal(c, name);
              case DATE -> name.equals("date") ? day(c) : null;
              case TIMESTAMP -> timestamp(c, name, form.group("zone"), zone);
            };
    return Optional.ofNullable(found)
        .map(sql -> new SourceColumn(column.name(), column.path(), sql, mirror(column, type)));
  }

  private static String text(String c, String name, String arguments) {
    return switch (name) {
      case "character", "\"char\"" -> "rtrim(" + c + "::text, ' ')";
      case "bytea" -> "translate(encode(" + c + ", 'base64'), E'\\n', '')";
      default -> OTHER_TEXTS.contains(name) ? null : c + "::text";
    };
  }

  private static String arrayText(String c, String element) {
    if (element.equals("numeric")) {
      return "array_to_json(" + c + "::text[])::text";
    }
    return PLAIN_ELEMENTS.contains(element) ? "array_to_json(" + c + ")::text" : null;
  }

  private static String bool(String c, String name, String arguments) {
    if (name.equals("boolean")) {
      return c + "::text";
    }
    return name.equals("bit") && (arguments == null || arguments.equals("1"))
        ? "(" + c + " = B'1')::text"
        : null;
  }

  private static String integer(String c, String name, String arguments) {
    if (name.equals("time")) {
      int unit =
          arguments != null && Integer.parseInt(arguments.strip()) <= MILLIS ? 1_000 : 1_000_000;
      return "(extract(epoch FROM " + c + ") * " + unit + ")::bigint::text";
    }
    return INTEGERS.contains(name) ? c + "::bigint::text" : null;
  }

  /** A {@code real} has the double that its digits stand for: so it is sent. */
  private static String real(String c, String name) {
    String value =
        switch (name) {
          case "real" -> c + "::text::float8";
          case "double precision" -> c;
          default -> INTEGERS.contains(name) || name.equals("numeric") ? c + "::float8" : null;
        };
    return value == null
        ? null
        : "encode(float8send(CASE WHEN "
            + c
            + "::float8 = 0 THEN 0 ELSE "
            + value
            + " END), 'hex')";
  }

  private static String decimal(String c, String name) {
    return name.equals("numeric") || name.equals("money") || INTEGERS.contains(name)
        ? "trim_scale(" + c + "::numeric)::text"
        : null;
  }

  private static String day(String c) {
    return "CASE WHEN isfinite(%1$s) THEN (%1$s - DATE '1970-01-01')::text ELSE %1$s::text END"
        .formatted(c);
  }

  private static String timestamp(String c, String name, String withZone, ZoneId zone) {
    if (!name.equals("timestamp")) {
      return null;
    }
    // PostgreSQL reads a bare offset with its sign the other way round.
    String inZone =
        " with time zone".equals(withZone)
            ? c
            : zone.normalized() instanceof ZoneOffset offset
                ? "(%s AT TIME ZONE INTERVAL '%d seconds')".formatted(c, offset.getTotalSeconds())
                : "(%s AT TIME ZONE '%s')".formatted(c, zone.getId());
    return "CASE WHEN isfinite(%1$s) THEN (extract(epoch FROM %2$s) * 1000000)::bigint::text ELSE %1$s::text END"
        .formatted(c, inZone);
  }

  private static String mirror(ColumnSpec column, String type) {
    String c = "`" + column.name() + "`";
    return switch (column.type().base()) {
      case STRING ->
          type.startsWith("character(") || type.equals("character") || type.equals("\"char\"")
              ? "rtrim(" + c + ")"
              : c;
      case BOOLEAN, INT, BIGINT -> "CAST(" + c + " AS STRING)";
      case DOUBLE -> DOUBLE_TEXT + "(" + c + ")";
      case DECIMAL -> DECIMAL_TEXT + "(" + c + ")";
      case DATE -> "CAST(unix_date(" + c + ") AS STRING)";
      case TIMESTAMP -> "CAST(unix_micros(" + c + ") AS STRING)";
    };
  }

  /** A name as PostgreSQL takes it. */
  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Override
  public String toString() {
    return name.toLowerCase(Locale.ROOT);
  }
}
