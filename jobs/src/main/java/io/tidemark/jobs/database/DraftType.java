package io.tidemark.jobs.database;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The declared type that holds every value of a PostgreSQL type exactly, or its text. It fits the
 * messages that the drafted connector writes, with a schema in them or without.
 *
 * @param type of the column; {@code null} when Debezium does not send the type
 * @param format of a timestamp, or {@code null}
 * @param remark how the values are written, when the type alone does not say it
 */
record DraftType(String type, String format, String remark) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?<name>[^(\\[]+?)\\s*(\\((?<arguments>[^)]*)\\))?(?<zone> with(out)? time zone)?");
  private static final Set<String> TEXTS =
      Set.of(
          "text",
          "character varying",
          "citext",
          "name",
          "uuid",
          "xml",
          "inet",
          "cidr",
          "macaddr",
          "macaddr8",
          "ltree",
          "tsvector",
          "int4range",
          "int8range",
          "numrange",
          "tsrange",
          "tstzrange",
          "daterange");

  /** Debezium has no converter for arrays of them. */
  private static final Set<String> NOT_IN_ARRAYS =
      Set.of("money", "name", "interval", "bit", "bit varying", "xml", "point", "tsvector");

  static final String STRING = "string";
  private static final int MOST_DIGITS = 38;
  private static final int MILLIS = 3;

  /** The type for a column. */
  static DraftType of(DatabaseTable.Column column) {
    String type = column.type();
    if (type.endsWith("[]")) {
      String element = type.substring(0, type.indexOf('['));
      DraftType of = of(element, column.isEnum());
      return of.type == null || NOT_IN_ARRAYS.contains(nameOf(element))
          ? unknown()
          : text("an array of " + element + ", as JSON text");
    }
    return of(type, column.isEnum());
  }

  private static DraftType of(String type, boolean isEnum) {
    if (isEnum) {
      return text("an enumeration, " + type);
    }
    Matcher form = FORM.matcher(type);
    if (!form.matches()) {
      return unknown();
    }
    String name = bare(form.group("name"));
    if (TEXTS.contains(name)) {
      return text(Set.of("text", "character varying", "citext").contains(name) ? "" : name);
    }
    String arguments = form.group("arguments");
    boolean zone = " with time zone".equals(form.group("zone"));
    return switch (name) {
      case "smallint", "integer" -> plain("int");
      case "bigint", "oid" -> plain("bigint");
      case "boolean" -> plain("boolean");
      case "real", "double precision" ->
          new DraftType("double", null, name + "; NaN and Infinity become dead letters");
      case "numeric" -> numeric(arguments);
      case "money" -> new DraftType("decimal(19,2)", null, "money with two decimals");
      case "date" -> plain("date");
      case "timestamp" -> timestamp(arguments, zone);
      case "time" ->
          zone
              ? text("a time of day with its zone, in UTC")
              : new DraftType("bigint", null, unit(arguments) + "seconds since midnight");
      case "interval" -> text("an interval, as ISO 8601 has it");
      case "character", "\"char\"" -> text("padded with blanks to its length");
      case "json", "jsonb" -> text("JSON text");
      case "hstore", "point", "geometry", "geography" -> text(name + ", as JSON text");
      case "bytea" -> text("bytes, in base64");
      case "bit" ->
          arguments == null || arguments.equals("1")
              ? new DraftType("boolean", null, "bit(1)")
              : text("bits, in base64, the lowest byte first");
      case "bit varying" -> text("bits, in base64, the lowest byte first");
      default -> unknown();
    };
  }

  private static DraftType numeric(String arguments) {
    if (arguments != null) {
      String[] parts = arguments.split(",");
      int precision = Integer.parseInt(parts[0].strip());
      int scale = parts.length > 1 ? Integer.parseInt(parts[1].strip()) : 0;
      if (precision <= MOST_DIGITS && scale >= 0 && scale <= precision) {
        return plain("decimal(" + precision + "," + scale + ")");
      }
    }
    return text(
        "numeric"
            + (arguments == null ? " of any size" : "(" + arguments + ")")
            + ", as its digits; decimal(p,s) where you know that it holds every value");
  }

  private static DraftType timestamp(String precision, boolean zone) {
    return zone
        ? new DraftType("timestamp", "iso-8601", "a moment")
        : new DraftType(
            "timestamp",
            unit(precision).equals("milli") ? "epoch-millis" : "epoch-micros",
            "of a clock without a zone: the template's time-zone says which");
  }

  /** Debezium counts in the coarsest unit that loses nothing. */
  private static String unit(String precision) {
    return precision != null && Integer.parseInt(precision.strip()) <= MILLIS ? "milli" : "micro";
  }

  private static String nameOf(String type) {
    Matcher form = FORM.matcher(type);
    return form.matches() ? bare(form.group("name")) : type;
  }

  /**
   * Types of extensions come with the schema that they were made in, intervals with the fields that
   * they keep.
   */
  private static String bare(String name) {
    String bare = name.substring(name.lastIndexOf('.') + 1).strip();
    return bare.startsWith("interval ") ? "interval" : bare;
  }

  private static DraftType plain(String type) {
    return new DraftType(type, null, "");
  }

  private static DraftType text(String remark) {
    return new DraftType(STRING, null, remark);
  }

  private static DraftType unknown() {
    return new DraftType(null, null, "Debezium does not send this type");
  }
}
