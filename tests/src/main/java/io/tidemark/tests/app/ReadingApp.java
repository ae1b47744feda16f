package io.tidemark.tests.app;

import io.tidemark.jobs.decode.Reason;
import io.tidemark.tests.app.Ledger.Kind;
import java.time.Instant;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * A business day of a reading app, as its topics receive it: messages in the order of their
 * arrival, which is not the order of what happened. The same settings give the same bytes.
 */
public final class ReadingApp implements Iterator<Message> {
  /** What readers see and do. */
  public static final String READING_TOPIC = "reading_event";

  /** What they buy. */
  public static final String ORDER_TOPIC = "order_event";

  /** Orders for each reading event. */
  static final double ORDER_SHARE = 0.02;

  private static final double DISAGREEING_SHARE = 0.2;

  private final Settings settings;
  private final Chance chance;
  private final DailyCurve curve;
  private final EventSource source;
  private final EventWriter writer;
  private final Delays delays;
  private final Faults faults;
  private final Ledger ledger = new Ledger();
  private final PriorityQueue<Arrival> underway = new PriorityQueue<>();
  private final Event event = new Event();
  private final long dayStart;
  private final long dayEnd;
  private long sequence;
  private int minute;

  /** A day that begins anew with every generator. */
  public ReadingApp(Settings settings) {
    this.settings = settings;
    this.chance = new Chance(settings.seed());
    this.curve = new DailyCurve(settings, chance);
    this.source = new EventSource(settings, chance);
    this.writer = new EventWriter(settings.day());
    this.delays = new Delays(chance);
    this.faults = new Faults(chance);
    this.dayStart = millis(settings.day().atStartOfDay(settings.zone()).toInstant());
    this.dayEnd = millis(settings.day().plusDays(1).atStartOfDay(settings.zone()).toInstant());
  }

  /** Counts of what was returned so far. */
  public Ledger ledger() {
    return ledger;
  }

  @Override
  public boolean hasNext() {
    // Nothing that happens from the next minute on can arrive before it begins.
    while (minute < curve.minutes()
        && (underway.isEmpty()
            || underway.peek().message().timestampMillis() >= curve.minuteStart(minute))) {
      happen(minute++);
    }
    return !underway.isEmpty();
  }

  @Override
  public Message next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the day is over");
    }
    Arrival arrival = underway.poll();
    Message message = arrival.message();
    boolean readable = arrival.kind() != Kind.MALFORMED;
    long time = arrival.eventMillis();
    ledger.count(
        arrival.kind(),
        message.topic().equals(ORDER_TOPIC),
        arrival.reason(),
        readable && message.timestampMillis() - time > Delays.LATE_MILLIS,
        readable && (time < dayStart || time >= dayEnd));
    return message;
  }

  private void happen(int minute) {
    long start = curve.minuteStart(minute);
    for (long i = curve.events(minute); i > 0; i--) {
      happen(start, false);
      if (chance.is(ORDER_SHARE)) {
        happen(start, true);
      }
    }
  }

  private void happen(long minuteStart, boolean order) {
    source.next(event, order, minuteStart + chance.below(60_000));
    byte[] key = writer.key(event);
    byte[] value = writer.value(event, key);
    boolean late = chance.is(settings.lateShare());
    long arrival = event.timeMillis + (late ? delays.late() : delays.usual());
    send(Kind.FIRST, null, key, value, arrival);
    if (chance.is(settings.duplicateShare())) {
      sendAgain(key, value, arrival + 1 + delays.usual());
    }
    if (chance.is(settings.malformedShare())) {
      sendMalformed();
    }
  }

  private void sendAgain(byte[] key, byte[] value, long arrival) {
    if (chance.is(DISAGREEING_SHARE)) {
      event.metric = source.otherMetric(event);
      send(Kind.DISAGREEING, null, key, writer.value(event, key), arrival);
    } else {
      send(Kind.IDENTICAL, null, key, value, arrival);
    }
  }

  private void sendMalformed() {
    // An event of its own, or the loss of it could hide behind the good message of the same key.
    source.next(event, event.isOrder(), event.timeMillis);
    byte[] key = writer.key(event);
    long arrival = event.timeMillis + delays.usual();
    Reason reason = faults.nextReason();
    byte[] value = faults.spoil(writer.value(event, key), reason, arrival);
    send(Kind.MALFORMED, reason, key, value, arrival);
  }

  private void send(Kind kind, Reason reason, byte[] key, byte[] value, long arrival) {
    String topic = event.isOrder() ? ORDER_TOPIC : READING_TOPIC;
    Message message = new Message(topic, key, value, arrival);
    underway.add(new Arrival(message, sequence++, event.timeMillis, kind, reason));
  }

  private static long millis(Instant time) {
    return time.toEpochMilli();
  }
}
