package io.tidemark.tests.app;

import io.tidemark.jobs.decode.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;

/** Spoils a message that was good, in a way that has exactly one reason. */
final class Faults {
  private static final Reason[] REASONS =
      EnumSet.range(Reason.EMPTY, Reason.IMPOSSIBLE_TIME).toArray(Reason[]::new);
  private static final long DAY_MILLIS = 86_400_000L;

  private final Chance chance;
  private int next;

  Faults(Chance chance) {
    this.chance = chance;
  }

  /** The reasons in turn, so that even a short day has them all. */
  Reason nextReason() {
    return REASONS[next++ % REASONS.length];
  }

  /** What is left of {@code value}, a message in the form that {@link EventWriter} gives it. */
  byte[] spoil(byte[] value, Reason reason, long arrivalMillis) {
    return switch (reason) {
      case EMPTY -> chance.is(0.5) ? null : new byte[0];
      case NOT_UTF8 -> notUtf8(value);
      case MALFORMED -> malformed(value);
      case WRONG_TYPE -> replace(value, "event_time", chance.is(0.5) ? "\"soon\"" : "true");
      case MISSING_FIELD -> replace(value, "user_id", "null");
      case IMPOSSIBLE_TIME -> {
        long time = chance.is(0.5) ? 0 : arrivalMillis + (1 + chance.below(400)) * DAY_MILLIS;
        yield replace(value, "event_time", String.valueOf(time));
      }
      case NO_ROUTE -> throw new IllegalArgumentException("only a split topic has routes");
      case UNKNOWN_SCHEMA -> throw new IllegalArgumentException("JSON names no schema");
      case TRUNCATED_TABLE -> throw new IllegalArgumentException("only a change log says that");
    };
  }

  private byte[] notUtf8(byte[] value) {
    byte[] spoilt = value.clone();
    // Inside the id, the first string there is.
    spoilt[new String(value, StandardCharsets.US_ASCII).indexOf(':') + 3] = (byte) 0xFF;
    return spoilt;
  }

  private byte[] malformed(byte[] value) {
    return switch (chance.below(3)) {
      case 0 -> Arrays.copyOf(value, 1 + chance.below(value.length - 1));
      case 1 -> (text(value) + text(value)).getBytes(StandardCharsets.US_ASCII);
      default -> ("<html>" + chance.below(600) + "</html>").getBytes(StandardCharsets.US_ASCII);
    };
  }

  private static byte[] replace(byte[] value, String field, String written) {
    return text(value)
        .replaceFirst("\"" + field + "\":[^,}]*", "\"" + field + "\":" + written)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.US_ASCII);
  }
}
