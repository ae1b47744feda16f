package io.tidemark.jobs.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.jobs.decode.Change.LogPosition;
import io.tidemark.jobs.decode.Change.Operation;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.PayloadSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Canal's flat messages: several rows of one statement, all values as text. They carry no place in
 * the binlog, so the position is the time of the binlog event, the number of Canal's batch and the
 * row in the message; what ties in these is ordered as it was received.
 */
final class CanalFormat implements ChangeFormat {
  private static final long serialVersionUID = 1L;
  private static final Set<String> WITHOUT_ROWS =
      Set.of(
          "CREATE",
          "ALTER",
          "QUERY",
          "RENAME",
          "CINDEX",
          "DINDEX",
          "GTID",
          "XACOMMIT",
          "XAROLLBACK",
          "MHEARTBEAT",
          "TRANSACTIONBEGIN",
          "TRANSACTIONEND");

  private final String table;
  private final RowImages images;
  private final Positions positions;

  CanalFormat(PayloadSpec payload, List<ColumnSpec> columns) {
    this.table = payload.table();
    this.images = new RowImages(payload, columns);
    this.positions = new Positions(payload);
  }

  @Override
  public Decoded read(ChangeMessage read) throws BadMessageException {
    ObjectNode message = read.fields();
    String type = ChangeMessage.text(message, "type");
    String of = message.path("database").asText() + "." + message.path("table").asText();
    if (!table.isEmpty() && !table.equals(of)) {
      return new Decoded.Ignored("a change of another table");
    }
    if ("TRUNCATE".equals(type)) {
      return new Decoded.Rejected(
          Reason.TRUNCATED_TABLE, "all rows of " + of + " were removed at once");
    }
    if ("ERASE".equals(type)) {
      return new Decoded.Rejected(Reason.TRUNCATED_TABLE, of + " was dropped with all its rows");
    }
    if (message.path("isDdl").asBoolean() || type != null && WITHOUT_ROWS.contains(type)) {
      return new Decoded.Ignored("a change of the schema");
    }
    if (type == null) {
      throw BadMessageException.missing("type", "INSERT, UPDATE or DELETE");
    }
    Long at = ChangeMessage.number(message, "es");
    if (at == null) {
      throw BadMessageException.missing("es", "epoch milliseconds");
    }
    return new Decoded.Changes(rows(message, operation(type), at), Instant.ofEpochMilli(at));
  }

  private static Operation operation(String type) throws BadMessageException {
    return switch (type) {
      case "INSERT" -> Operation.INSERT;
      case "UPDATE" -> Operation.UPDATE;
      case "DELETE" -> Operation.DELETE;
      default ->
          throw new BadMessageException(
              Reason.WRONG_TYPE, "type", Excerpt.of(type), "INSERT, UPDATE or DELETE");
    };
  }

  private List<Change> rows(ObjectNode message, Operation operation, long at)
      throws BadMessageException {
    JsonNode data = message.path("data");
    if (!data.isArray() || data.isEmpty()) {
      throw BadMessageException.missing("data", "an array of rows");
    }
    JsonNode old = message.path("old");
    if (old.isArray() && old.size() != data.size()) {
      throw new BadMessageException(
          Reason.WRONG_TYPE,
          "old",
          old.size() + " rows",
          "as many rows as data has, " + data.size());
    }
    Long number = ChangeMessage.number(message, "id");
    List<Change> changes = new ArrayList<>();
    for (int row = 0; row < data.size(); row++) {
      JsonNode image = data.get(row);
      if (!image.isObject()) {
        throw ChangeMessage.wrongType("data", image, "an object");
      }
      LogPosition position =
          positions.areDeclared()
              ? positions.declared(message, row)
              : new LogPosition(at, number == null ? 0 : number, row);
      if (operation == Operation.DELETE) {
        changes.add(images.deleted(image, position, Map.of()));
      } else {
        JsonNode before = old.path(row);
        changes.addAll(
            images.changed(
                operation, image, before.isObject() ? before : null, position, Map.of()));
      }
    }
    return changes;
  }

  @Override
  public String timeField() {
    return "es";
  }
}
