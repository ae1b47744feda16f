package io.tidemark.jobs.sink;

import io.tidemark.jobs.spec.ColumnType;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** MySQL and MariaDB. Their times have no zone: UTC is written. */
final class MySqlDialect extends SqlDialect {
  @Override
  String quoted(String identifier) {
    return '`' + identifier + '`';
  }

  @Override
  String type(ColumnType type) {
    return switch (type.base()) {
      case STRING -> "longtext CHARACTER SET utf8mb4";
      case BOOLEAN -> "boolean";
      case INT -> "int";
      case BIGINT -> "bigint";
      case DOUBLE -> "double";
      case DECIMAL -> "decimal(%d,%d)".formatted(type.precision(), type.scale());
      case DATE -> "date";
      case TIMESTAMP -> "datetime(6)";
    };
  }

  @Override
  String keyType() {
    return "varchar(%d) CHARACTER SET ascii COLLATE ascii_bin".formatted(SinkKey.HASH_LENGTH);
  }

  @Override
  boolean isTimestamp(Described column) {
    return column.type() == Types.TIMESTAMP
        && column.typeName().toLowerCase(Locale.ROOT).startsWith("datetime");
  }

  /** {@code VALUES} is what both know; MySQL 8 has another word as well. */
  @Override
  String orUpdate(List<String> columns) {
    return "ON DUPLICATE KEY UPDATE "
        + columns.stream()
            .map(column -> column + " = VALUES(" + column + ")")
            .collect(Collectors.joining(", "));
  }

  @Override
  String isOrBothNull(String column) {
    return column + " <=> ?";
  }

  @Override
  String momentType() {
    return "timestamp";
  }

  @Override
  Object bound(ColumnType type, Object value) {
    if (value instanceof Instant instant) {
      return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
    // There is no such number there.
    return value instanceof Double number && !Double.isFinite(number) ? null : value;
  }

  @Override
  List<String> settings() {
    return List.of("SET SESSION innodb_lock_wait_timeout = 120");
  }

  @Override
  String insertPosition() {
    return "INSERT IGNORE INTO %s (job, epoch, version) VALUES (?, 0, 0)"
        .formatted(quoted(POSITIONS));
  }
}
