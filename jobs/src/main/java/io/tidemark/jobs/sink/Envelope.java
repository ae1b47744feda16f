package io.tidemark.jobs.sink;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** A row as a message, as {@code docs/format/sink-envelope.md} says field by field. */
final class Envelope {
  private static final int VERSION = 1;

  private Envelope() {}

  /** The message's value; its key is {@link SinkKey#json}. */
  static String of(SinkLayout layout, SinkRow row, long version) {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("v", VERSION);
    message.put("op", row.op().name().toLowerCase(Locale.ROOT));
    message.put("job", layout.job());
    message.put("table", layout.table().toString());
    message.put("version", version);
    message.set("key", JsonValues.object(layout.key(), row.key()));
    message.set(
        "row",
        row.isDeleted()
            ? JsonNodeFactory.instance.nullNode()
            : JsonValues.object(layout.columns(), row.all()));
    if (row.source() != null) {
      ObjectNode source = message.putObject("source");
      source.put("topic", row.source().topic());
      source.put("partition", row.source().partition());
      source.put("offset", row.source().offset());
    }
    return JsonValues.write(message);
  }
}
