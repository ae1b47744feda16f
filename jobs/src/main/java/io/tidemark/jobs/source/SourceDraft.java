package io.tidemark.jobs.source;

import io.tidemark.catalog.config.Values;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Declarations of a new source, as text for a person to review: what sampled messages suggest, with
 * what is doubtful in comments.
 */
public final class SourceDraft {
  private final MessageShape shape = new MessageShape();
  private final String name;
  private final String topic;
  private boolean keys;

  /**
   * @param name of the source: the job {@code ods_NAME} writes {@code ods.NAME}
   * @param topic that the job will read
   */
  public SourceDraft(String name, String topic) {
    this.name = name;
    this.topic = topic;
  }

  /** Looks at a message; {@code key} is {@code null} without one. */
  public void see(byte[] key, byte[] value) {
    keys |= key != null;
    shape.see(value);
  }

  /** JSON objects seen. */
  public long messages() {
    return shape.messages();
  }

  /** What looks like the time of the event: a time in every message, best by its name. */
  public Optional<String> eventTime() {
    return shape.columns().stream()
        .filter(field -> field.timeFormat() != null && field.present() == shape.messages())
        .map(FieldShape::path)
        .min(Comparator.comparingInt(SourceDraft::unlikely));
  }

  /** Whether a field is a time in every message. */
  public boolean isTime(String path) {
    return shape.columns().stream()
        .anyMatch(
            field ->
                field.path().equals(path)
                    && field.timeFormat() != null
                    && field.present() == shape.messages());
  }

  private static int unlikely(String path) {
    String column = column(path);
    if (column.equals("event_time") || column.equals("event_ts")) {
      return 0;
    }
    return column.contains("event") || column.contains("occur") ? 1 : 2;
  }

  /** The job's file. */
  public String job(String eventTime) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("# Suggested by %,d messages; review every line.\n".formatted(shape.messages()));
    if (shape.malformed() > 0) {
      yaml.append(
          "# %,d more were no JSON objects and would be dead letters.\n"
              .formatted(shape.malformed()));
    }
    yaml.append("job: ods_" + name + "\n");
    yaml.append("description: \"\"   # what a row is, in a sentence\n");
    yaml.append("owner: \"\"         # who answers for it\n");
    yaml.append("topic: " + quoted(topic) + "\n");
    yaml.append("start: earliest   # or latest, { day: ... }, { timestamp: ... }\n");
    yaml.append("columns:\n");
    String timeColumn = null;
    Set<String> taken = new HashSet<>();
    for (FieldShape field : shape.columns()) {
      String column = free(field.path(), field.path().equals(eventTime), taken);
      timeColumn = field.path().equals(eventTime) ? column : timeColumn;
      yaml.append(line(column, field));
    }
    if (keys) {
      yaml.append("  # ").append(free("message_key", false, taken));
      yaml.append(": { type: string, from: key }   # messages have keys\n");
    }
    for (String path : shape.leftOut()) {
      yaml.append("  # left out, because no column can hold it: " + oneLine(path) + "\n");
    }
    yaml.append("event-time: { column: " + timeColumn + " }\n");
    yaml.append("output: ods." + name + "\n");
    return yaml.toString();
  }

  /**
   * The topic's file.
   *
   * @param there the topic as it is; {@code null} for one that is to be created
   */
  public String topics(TopicState there) {
    StringBuilder yaml = new StringBuilder();
    yaml.append(
        there == null
            ? "# The topic is not there yet; './tidemark topics apply' creates it.\n"
            : "# As the brokers have it now.\n");
    yaml.append("topics:\n  " + quoted(topic) + ":\n");
    yaml.append("    partitions: " + (there == null ? 4 : there.partitions()));
    yaml.append("   # they only grow\n");
    if (there != null) {
      yaml.append("    replication: " + there.replication() + "\n");
    }
    yaml.append("    # retention: 7 days   # longer than a job is ever down\n");
    return yaml.toString();
  }

  private String line(String column, FieldShape field) {
    TimeFormat format = field.timeFormat();
    boolean required = field.present() == shape.messages() && field.others() == 0;
    List<String> keysOf = new ArrayList<>();
    keysOf.add("type: " + (format != null ? "timestamp" : type(field)));
    if (format != null) {
      keysOf.add("format: " + Values.text(format));
    }
    if (required) {
      keysOf.add("required: true");
    }
    if (!field.path().equals(column)) {
      keysOf.add("path: " + quoted(field.path()));
    }
    String declared =
        keysOf.size() == 1
            ? keysOf.get(0).substring("type: ".length())
            : "{ " + String.join(", ", keysOf) + " }";
    return "  " + column + ": " + declared + remark(field) + "\n";
  }

  /** Times in text without the certainty of all values stay text, which takes them as well. */
  private static String type(FieldShape field) {
    boolean uncertain = field.kind() == FieldShape.Kind.ISO_TIME;
    return uncertain ? FieldShape.Kind.STRING.type : field.kind().type;
  }

  private String remark(FieldShape field) {
    List<String> remarks = new ArrayList<>();
    if (field.present() < shape.messages()) {
      remarks.add("in %,d of %,d".formatted(field.present(), shape.messages()));
    }
    if (field.others() > 0) {
      remarks.add("%,d values are of another type: dead letters".formatted(field.others()));
    }
    if (field.kind() == FieldShape.Kind.FRACTION) {
      remarks.add("decimal(p,s) when it has to be exact, as money");
    }
    return remarks.isEmpty() ? "" : "   # " + String.join("; ", remarks);
  }

  /** The column's name, which no other column and none of Tidemark's own has. */
  private static String free(String path, boolean eventTime, Set<String> taken) {
    String wanted = column(path);
    boolean own = wanted.equals(SystemColumns.EVENT_TIME) ? !eventTime : isTidemarks(wanted);
    String name = own ? "payload_" + wanted : wanted;
    String free = name;
    for (int i = 2; !taken.add(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }

  private static boolean isTidemarks(String name) {
    return SystemColumns.contains(name);
  }

  /** {@code deviceInfo.osVersion} becomes {@code device_info_os_version}. */
  private static String column(String path) {
    String snake =
        path.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
            .replaceAll("[^A-Za-z0-9]+", "_")
            .replaceAll("^_+|_+$", "")
            .toLowerCase(Locale.ROOT);
    return snake.matches("[a-z].*") ? snake : "c_" + snake;
  }

  private static String quoted(String text) {
    return text.matches("[A-Za-z_][A-Za-z0-9_.-]*")
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}]", "?");
  }
}
