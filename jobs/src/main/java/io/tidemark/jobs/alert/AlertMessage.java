package io.tidemark.jobs.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.jobs.alert.Incident.Event;
import io.tidemark.jobs.alert.Incident.Kind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What one target is told in one check.
 *
 * @param environment where the jobs run
 * @param zone of the times that a person reads
 * @param at the moment that was looked at
 * @param incidents what there is to tell, each as its next event
 */
public record AlertMessage(String environment, ZoneId zone, Instant at, List<Incident> incidents) {
  /** Incidents that a message tells one by one; of more it says how many. */
  static final int MOST_INCIDENTS = 50;

  /** Of the JSON; a reader refuses one that it does not know. */
  static final int VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DECIMALS = 6;

  public AlertMessage {
    incidents = List.copyOf(incidents);
  }

  private List<Incident> shown() {
    return incidents.subList(0, Math.min(MOST_INCIDENTS, incidents.size()));
  }

  private int leftOut() {
    return incidents.size() - shown().size();
  }

  /** The same for the same events, however often they are told. */
  public String id() {
    String events =
        incidents.stream()
            .map(each -> each.id() + each.event() + each.reminders())
            .sorted()
            .collect(Collectors.joining("\n"));
    return UUID.nameUUIDFromBytes(events.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** In one line. */
  public String subject() {
    long begun = incidents.stream().filter(Incident::isOpen).count();
    long over = incidents.size() - begun;
    String names =
        incidents.stream()
            .map(Incident::fullName)
            .distinct()
            .limit(3)
            .collect(Collectors.joining(", "));
    return "[tidemark %s] %s: %s"
        .formatted(
            environment,
            begun > 0 && over > 0
                ? "%s, %d over".formatted(counted(begun), over)
                : begun > 0 ? counted(begun) : over + " over",
            names);
  }

  private static String counted(long alerts) {
    return alerts == 1 ? "1 alert" : alerts + " alerts";
  }

  /** For a person. */
  public String text() {
    StringBuilder text = new StringBuilder();
    shown().forEach(incident -> text.append(line(incident)).append("\n\n"));
    if (leftOut() > 0) {
      text.append(
          "and %d more; ./tidemark alerts --env %s lists what goes on\n\n"
              .formatted(leftOut(), environment));
    }
    return text.append("Times are of ")
        .append(zone)
        .append("; looked at ")
        .append(time(at))
        .append(".\n")
        .toString();
  }

  private String line(Incident incident) {
    String what =
        switch (incident.event()) {
          case OPENED -> "✗ ";
          case REMINDER -> "✗ still: ";
          case RESOLVED -> "✓ over: ";
        };
    String over = incident.isOpen() ? "" : "\n  over at " + time(incident.resolvedAt());
    return "%s%s%s\n  %s%s\n  since %s%s"
        .formatted(
            what,
            incident.fullName(),
            keyText(incident.key()),
            incident.condition(),
            values(incident),
            time(incident.openedAt()),
            over);
  }

  private String values(Incident incident) {
    if (incident.kind() == Kind.UNKNOWN) {
      return "";
    }
    String of = incident.window() == null ? "" : " in the window of " + time(incident.window());
    String unit = incident.window() == null ? " seconds" : "";
    String against =
        incident.expected() == null || incident.window() == null
            ? ""
            : ", " + number(incident.expected()) + " was before";
    return ": %s%s%s%s"
        .formatted(
            incident.value() == null ? "no value" : number(incident.value()), unit, of, against);
  }

  /** A key as a person reads it, with a space before; empty for the whole. */
  public static String keyText(Map<String, String> key) {
    return key.isEmpty()
        ? ""
        : key.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(", ", " [", "]"));
  }

  /** A value as a person reads it. */
  public static String number(double value) {
    return Double.isInfinite(value)
        ? String.valueOf(value)
        : BigDecimal.valueOf(value)
            .setScale(DECIMALS, RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .toPlainString();
  }

  private String time(Instant instant) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(zone).format(instant);
  }

  /** For a program, as {@code docs/alerts.md} says. */
  public byte[] json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    root.put("environment", environment);
    root.put("at", at.toString());
    ArrayNode all = root.putArray("incidents");
    shown().forEach(incident -> add(all.addObject(), incident));
    root.put("left_out", leftOut());
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("alerts cannot be written as JSON", e);
    }
  }

  private static void add(ObjectNode node, Incident incident) {
    node.put("id", incident.id());
    node.put("event", event(incident.event()));
    node.put("job", incident.job());
    node.put("alert", incident.alert());
    ObjectNode key = node.putObject("key");
    incident.key().forEach(key::put);
    node.put("kind", incident.kind().name().toLowerCase(Locale.ROOT));
    node.put("condition", incident.condition());
    node.put("window", text(incident.window()));
    node.put("value", incident.value());
    node.put("expected", incident.expected());
    node.put("opened_at", text(incident.openedAt()));
    node.put("resolved_at", text(incident.resolvedAt()));
  }

  private static String event(Event event) {
    return switch (event) {
      case OPENED -> "opened";
      case REMINDER -> "reminder";
      case RESOLVED -> "resolved";
    };
  }

  private static String text(Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
