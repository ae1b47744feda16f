package io.tidemark.jobs.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.jobs.decode.Change.LogPosition;
import io.tidemark.jobs.decode.Change.Operation;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.PayloadSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Debezium's envelope, with the schema in front or bare. The position is PostgreSQL's last commit
 * and LSN, or MySQL's binlog file, offset and row.
 */
final class DebeziumFormat implements ChangeFormat {
  private static final long serialVersionUID = 1L;
  private static final Set<String> HEARTBEAT = Set.of("ts_ms", "ts_us", "ts_ns");

  /** The last commit before the change, if there was one, and the change. */
  private static final Pattern SEQUENCE =
      Pattern.compile("\\[\\s*(?:null|\"(\\d{1,18})\")\\s*,\\s*(?:null|\"\\d{1,19}\")\\s*]");

  private final String table;
  private final RowImages images;
  private final Positions positions;
  private transient volatile ConnectType.OfRow types;

  DebeziumFormat(PayloadSpec payload, List<ColumnSpec> columns) {
    this.table = payload.table();
    this.images = new RowImages(payload, columns);
    this.positions = new Positions(payload);
  }

  @Override
  public Decoded read(ChangeMessage message) throws BadMessageException {
    ObjectNode envelope = message.fields();
    if (envelope.has("payload") && !envelope.has("op")) {
      envelope = ChangeMessage.object(envelope, "payload");
      if (envelope == null) {
        return new Decoded.Ignored("a tombstone");
      }
    }
    String op = ChangeMessage.text(envelope, "op");
    if (op == null) {
      return control(envelope);
    }
    ObjectNode source = ChangeMessage.object(envelope, "source");
    if (source == null) {
      throw BadMessageException.missing("source", "an object that says where the change stands");
    }
    if (!table.isEmpty() && !table.equals(tableOf(source))) {
      return new Decoded.Ignored("a change of another table");
    }
    Map<String, ConnectType> known = types(message.schema());
    return switch (op) {
      case "c" -> changes(envelope, source, Operation.INSERT, known);
      case "u" -> changes(envelope, source, Operation.UPDATE, known);
      case "r" -> changes(envelope, source, Operation.SNAPSHOT, known);
      case "d" ->
          new Decoded.Changes(
              List.of(
                  images.deleted(required(envelope, "before"), position(envelope, source), known)),
              committedAt(envelope, source));
      case "t" ->
          new Decoded.Rejected(
              Reason.TRUNCATED_TABLE, "all rows of " + tableOf(source) + " were removed at once");
      case "m" -> new Decoded.Ignored("a logical decoding message");
      default ->
          throw new BadMessageException(
              Reason.WRONG_TYPE, "op", Excerpt.of(op), "one of c, u, d, r, t, m");
    };
  }

  private Decoded changes(
      ObjectNode envelope, ObjectNode source, Operation operation, Map<String, ConnectType> known)
      throws BadMessageException {
    return new Decoded.Changes(
        images.changed(
            operation,
            required(envelope, "after"),
            ChangeMessage.object(envelope, "before"),
            position(envelope, source),
            known),
        committedAt(envelope, source));
  }

  private static ObjectNode required(ObjectNode envelope, String image) throws BadMessageException {
    ObjectNode row = ChangeMessage.object(envelope, image);
    if (row == null) {
      throw BadMessageException.missing(image, "the row");
    }
    return row;
  }

  /** Messages beside the changes of rows, each told by fields that only it has. */
  private static Decoded control(ObjectNode message) throws BadMessageException {
    if (message.has("ddl") || message.has("tableChanges")) {
      return new Decoded.Ignored("a change of the schema");
    }
    if (message.has("event_count") && message.has("status")) {
      return new Decoded.Ignored("the begin or end of a transaction");
    }
    boolean heartbeat = !message.isEmpty();
    for (var names = message.fieldNames(); names.hasNext(); ) {
      heartbeat &= HEARTBEAT.contains(names.next());
    }
    if (heartbeat) {
      return new Decoded.Ignored("a heartbeat");
    }
    throw BadMessageException.missing(
        "op", "Debezium's envelope with op, before, after and source, not flattened");
  }

  private static String tableOf(JsonNode source) {
    String schema = source.path("schema").asText("");
    return (schema.isEmpty() ? source.path("db").asText() : schema)
        + "."
        + source.path("table").asText();
  }

  private LogPosition position(ObjectNode envelope, ObjectNode source) throws BadMessageException {
    if (positions.areDeclared()) {
      return positions.declared(envelope, 0);
    }
    Long lsn = ChangeMessage.number(source, "lsn");
    if (lsn != null) {
      return ofPostgres(envelope, source, lsn);
    }
    String file = ChangeMessage.text(source, "file");
    Long offset = ChangeMessage.number(source, "pos");
    if (file == null || offset == null) {
      throw BadMessageException.missing(
          "source", "lsn, or file and pos; another database needs 'position' in the payload");
    }
    Long row = ChangeMessage.number(source, "row");
    return new LogPosition(
        Positions.fileNumber(file, "source.file"), offset, row == null ? 0 : row);
  }

  /**
   * PostgreSQL's log has transactions in the order of their commits, and a place in it ({@code
   * lsn}) for each change. A transaction that was open when a table was read may have places before
   * that, though nothing of it was seen: so what was committed last counts first. Reading a table
   * changes nothing, and has no place among what follows the same commit. Before the first commit
   * after a first snapshot there is none to speak of: 0.
   */
  private static LogPosition ofPostgres(ObjectNode envelope, ObjectNode source, long lsn)
      throws BadMessageException {
    String sequence = ChangeMessage.text(source, "sequence");
    if (sequence == null) {
      return new LogPosition(0, lsn, 0); // connectors before 1.5
    }
    Matcher parts = SEQUENCE.matcher(sequence);
    if (!parts.matches()) {
      throw new BadMessageException(
          Reason.WRONG_TYPE, "source.sequence", Excerpt.of(sequence), "[\"commit\",\"lsn\"]");
    }
    long committed = parts.group(1) == null ? 0 : Long.parseLong(parts.group(1));
    boolean snapshot = "r".equals(ChangeMessage.text(envelope, "op"));
    return new LogPosition(0, committed, snapshot ? 0 : lsn);
  }

  /** The database's clock; older connectors write 0 there in a snapshot. */
  private static Instant committedAt(ObjectNode envelope, ObjectNode source)
      throws BadMessageException {
    Long millis = ChangeMessage.number(source, "ts_ms");
    if (millis == null || millis == 0) {
      millis = ChangeMessage.number(envelope, "ts_ms");
    }
    if (millis == null) {
      throw BadMessageException.missing("source.ts_ms", "epoch milliseconds");
    }
    return Instant.ofEpochMilli(millis);
  }

  private Map<String, ConnectType> types(byte[] schema) {
    if (schema == null) {
      return Map.of();
    }
    ConnectType.OfRow last = types;
    if (last == null || !last.isOf(schema)) {
      try {
        last = ConnectType.OfRow.parse(schema);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      types = last;
    }
    return last.byColumn();
  }

  @Override
  public String timeField() {
    return "source.ts_ms";
  }
}
