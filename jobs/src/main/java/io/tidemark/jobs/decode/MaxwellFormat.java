package io.tidemark.jobs.decode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.jobs.decode.Change.LogPosition;
import io.tidemark.jobs.decode.Change.Operation;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.PayloadSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Maxwell's messages, one row each. The position is the binlog's file and offset, which Maxwell
 * writes with {@code output_binlog_position}, and with {@code output_xoffset} the row in the
 * transaction. What a bootstrap reads has none, and stands before all of the log: rows may have
 * changed before they were read, but what the log says of them came after or is the same.
 */
final class MaxwellFormat implements ChangeFormat {
  private static final long serialVersionUID = 1L;

  private static final LogPosition BEFORE_THE_LOG = new LogPosition(0, 0, 0);

  private final String table;
  private final RowImages images;
  private final Positions positions;

  MaxwellFormat(PayloadSpec payload, List<ColumnSpec> columns) {
    this.table = payload.table();
    this.images = new RowImages(payload, columns);
    this.positions = new Positions(payload);
  }

  @Override
  public Decoded read(ChangeMessage read) throws BadMessageException {
    ObjectNode message = read.fields();
    String type = ChangeMessage.text(message, "type");
    if (type == null) {
      throw BadMessageException.missing("type", "insert, update, delete or bootstrap-insert");
    }
    String database = message.path("database").asText();
    if (type.equals("database-drop") && (table.isEmpty() || table.startsWith(database + "."))) {
      return new Decoded.Rejected(
          Reason.TRUNCATED_TABLE, "database " + database + " was dropped with all its rows");
    }
    String of = database + "." + message.path("table").asText();
    if (!table.isEmpty() && !table.equals(of)) {
      return new Decoded.Ignored("a change of another table");
    }
    return switch (type) {
      case "insert" -> changes(message, Operation.INSERT, position(message));
      case "update" -> changes(message, Operation.UPDATE, position(message));
      case "bootstrap-insert" -> changes(message, Operation.SNAPSHOT, ofBootstrap(message));
      case "delete" ->
          new Decoded.Changes(
              List.of(images.deleted(data(message), position(message), Map.of())),
              committedAt(message));
      case "bootstrap-start", "bootstrap-complete", "heartbeat" ->
          new Decoded.Ignored("no change of a row");
      case "table-drop" ->
          new Decoded.Rejected(Reason.TRUNCATED_TABLE, of + " was dropped with all its rows");
      default -> {
        if (type.startsWith("table-") || type.startsWith("database-")) {
          yield new Decoded.Ignored("a change of the schema");
        }
        throw new BadMessageException(
            Reason.WRONG_TYPE,
            "type",
            Excerpt.of(type),
            "insert, update, delete or bootstrap-insert");
      }
    };
  }

  private Decoded changes(ObjectNode message, Operation operation, LogPosition position)
      throws BadMessageException {
    return new Decoded.Changes(
        images.changed(
            operation, data(message), ChangeMessage.object(message, "old"), position, Map.of()),
        committedAt(message));
  }

  private static ObjectNode data(ObjectNode message) throws BadMessageException {
    ObjectNode data = ChangeMessage.object(message, "data");
    if (data == null) {
      throw BadMessageException.missing("data", "the row");
    }
    return data;
  }

  private static Instant committedAt(ObjectNode message) throws BadMessageException {
    Long seconds = ChangeMessage.number(message, "ts");
    if (seconds == null) {
      throw BadMessageException.missing("ts", "epoch seconds");
    }
    return Instant.ofEpochSecond(seconds);
  }

  /** A position counts when there is one; current versions of Maxwell write none there. */
  private LogPosition ofBootstrap(ObjectNode message) throws BadMessageException {
    boolean hasPlace = positions.areDeclared() || message.hasNonNull("position");
    return hasPlace ? position(message) : BEFORE_THE_LOG;
  }

  private LogPosition position(ObjectNode message) throws BadMessageException {
    if (positions.areDeclared()) {
      return positions.declared(message, 0);
    }
    String position = ChangeMessage.text(message, "position");
    int colon = position == null ? -1 : position.lastIndexOf(':');
    if (colon < 0 || !position.substring(colon + 1).matches("\\d{1,18}")) {
      throw BadMessageException.missing(
          "position", "file:offset; set output_binlog_position=true in Maxwell");
    }
    return new LogPosition(
        Positions.fileNumber(position.substring(0, colon), "position"),
        Long.parseLong(position.substring(colon + 1)),
        row(message));
  }

  /** The last row of a transaction has no number of its own, but says that it is the last. */
  private static long row(ObjectNode message) throws BadMessageException {
    Long row = ChangeMessage.number(message, "xoffset");
    if (row != null) {
      return row;
    }
    return message.path("commit").asBoolean() ? Long.MAX_VALUE : 0;
  }

  @Override
  public String timeField() {
    return "ts";
  }
}
