package io.tidemark.tests.app;

import static io.tidemark.tests.app.JsonBuffer.ascii;
import static io.tidemark.tests.app.JsonBuffer.name;

import io.tidemark.tests.app.Event.Type;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/** Writes events as the JSON that their topics carry. */
final class EventWriter {
  private static final byte[] EVENT_ID = name("event_id");
  private static final byte[] ORDER_ID = name("order_id");
  private static final byte[] USER_ID = name("user_id");
  private static final byte[] CONTENT_ID = name("content_id");
  private static final byte[] CHANNEL = name("channel");
  private static final byte[] EVENT_TYPE = name("event_type");
  private static final byte[] READ_SECONDS = name("read_seconds");
  private static final byte[] AD_REVENUE = name("ad_revenue");
  private static final byte[] QUANTITY = name("quantity");
  private static final byte[] AMOUNT = name("amount");
  private static final byte[] EVENT_TIME = name("event_time");
  private static final int ID_DIGITS = 10;

  private final JsonBuffer json = new JsonBuffer();
  private final byte[][] types = new byte[Type.values().length][];
  private final byte[] eventPrefix;
  private final byte[] orderPrefix;

  /**
   * @param day stands in every id, so that no two days share one
   */
  EventWriter(LocalDate day) {
    String date = day.format(DateTimeFormatter.BASIC_ISO_DATE);
    eventPrefix = ascii("e" + date + "-");
    orderPrefix = ascii("o" + date + "-");
    for (Type type : Type.values()) {
      types[type.ordinal()] = ascii(type.name().toLowerCase(Locale.ROOT));
    }
  }

  byte[] key(Event event) {
    return numbered("u", event.user, 8);
  }

  byte[] value(Event event, byte[] key) {
    json.begin();
    json.field(event.isOrder() ? ORDER_ID : EVENT_ID);
    json.string(id(event));
    json.field(USER_ID);
    json.string(key);
    json.field(CONTENT_ID);
    json.string(event.content);
    json.field(CHANNEL);
    json.string(event.channel);
    if (event.isOrder()) {
      json.field(QUANTITY);
      json.number(event.quantity);
      json.field(AMOUNT);
      json.decimal(event.metric, 2);
    } else {
      readingMetrics(event);
    }
    json.field(EVENT_TIME);
    json.number(event.timeMillis);
    return json.end();
  }

  private void readingMetrics(Event event) {
    json.field(EVENT_TYPE);
    json.string(types[event.type.ordinal()]);
    json.field(READ_SECONDS);
    // Null, not zero, where there is nothing to measure: sums have to tell the two apart.
    if (event.type != Type.AD_VIEW && event.metric > 0) {
      json.number(event.metric);
    } else {
      json.nothing();
    }
    json.field(AD_REVENUE);
    if (event.type == Type.AD_VIEW) {
      json.decimal(event.metric, 4);
    } else {
      json.nothing();
    }
  }

  private byte[] id(Event event) {
    return digits(event.isOrder() ? orderPrefix : eventPrefix, event.id, ID_DIGITS);
  }

  private static byte[] numbered(String prefix, long number, int digits) {
    return digits(ascii(prefix), number, digits);
  }

  private static byte[] digits(byte[] prefix, long number, int digits) {
    byte[] text = Arrays.copyOf(prefix, prefix.length + digits);
    for (int at = text.length - 1; at >= prefix.length; at--) {
      text[at] = (byte) ('0' + number % 10);
      number /= 10;
    }
    return text;
  }
}
