package io.tidemark.jobs.sink;

import io.tidemark.jobs.spec.ColumnType;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;

/** PostgreSQL. */
final class PostgreSqlDialect extends SqlDialect {
  /** A character that texts of PostgreSQL cannot have, and the one that stands for it. */
  private static final char NUL = 0;

  private static final char REPLACEMENT = '\uFFFD';

  @Override
  String quoted(String identifier) {
    return '"' + identifier + '"';
  }

  @Override
  String type(ColumnType type) {
    return switch (type.base()) {
      case STRING -> "text";
      case BOOLEAN -> "boolean";
      case INT -> "integer";
      case BIGINT -> "bigint";
      case DOUBLE -> "double precision";
      case DECIMAL -> "numeric(%d,%d)".formatted(type.precision(), type.scale());
      case DATE -> "date";
      case TIMESTAMP -> "timestamptz";
    };
  }

  @Override
  String keyType() {
    return "varchar(" + SinkKey.HASH_LENGTH + ")";
  }

  @Override
  boolean isTimestamp(Described column) {
    return column.type() == Types.TIMESTAMP_WITH_TIMEZONE
        || column.typeName().equals("timestamptz");
  }

  @Override
  String orUpdate(List<String> columns) {
    return "ON CONFLICT (%s) DO UPDATE SET %s"
        .formatted(
            quoted(KEY),
            columns.stream()
                .map(column -> column + " = excluded." + column)
                .collect(Collectors.joining(", ")));
  }

  @Override
  String isOrBothNull(String column) {
    return column + " IS NOT DISTINCT FROM ?";
  }

  @Override
  String momentType() {
    return "timestamptz";
  }

  @Override
  Object bound(ColumnType type, Object value) {
    if (value instanceof Instant instant) {
      return instant.atOffset(ZoneOffset.UTC);
    }
    return value instanceof String text ? text.replace(NUL, REPLACEMENT) : value;
  }

  /** A driver that sleeps in a transaction must not keep its successor waiting for ever. */
  @Override
  List<String> settings() {
    return List.of("SET idle_in_transaction_session_timeout = '60s'", "SET lock_timeout = '120s'");
  }

  @Override
  String insertPosition() {
    return "INSERT INTO %s (job, epoch, version) VALUES (?, 0, 0) ON CONFLICT (job) DO NOTHING"
        .formatted(quoted(POSITIONS));
  }
}
