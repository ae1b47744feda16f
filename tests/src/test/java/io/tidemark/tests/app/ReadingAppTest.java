package io.tidemark.tests.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.jobs.decode.Decoded;
import io.tidemark.jobs.decode.JsonDecoder;
import io.tidemark.jobs.decode.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReadingAppTest {
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
  private static final LocalDate DAY = LocalDate.of(2024, 3, 1);
  private static final int CONTENT_ID = 2;
  private static final int CHANNEL = 3;
  private static final int READ_SECONDS = 5;
  private static final int AD_REVENUE = 6;
  private static final int EVENTS = 200_000;
  private static final Settings USUAL = Settings.usual(DAY, SHANGHAI, 7, EVENTS);

  @Test
  void givesTheSameBytesForTheSameSeed() throws Exception {
    Settings small = Settings.usual(DAY, SHANGHAI, 7, 20_000);
    assertThat(digest(small)).isEqualTo(digest(small));
    assertThat(digest(small)).isNotEqualTo(digest(Settings.usual(DAY, SHANGHAI, 8, 20_000)));
  }

  @Test
  void arrivesInOrderAndNeverBeforeItHappens() {
    long last = Long.MIN_VALUE;
    int outOfOrder = 0;
    long lastEvent = Long.MIN_VALUE;
    JsonDecoder decoder = Decoders.of(ReadingApp.READING_TOPIC);
    ReadingApp app = new ReadingApp(USUAL);
    while (app.hasNext()) {
      Message message = app.next();
      assertThat(message.timestampMillis()).isGreaterThanOrEqualTo(last);
      last = message.timestampMillis();
      Instant recordTime = Instant.ofEpochMilli(last);
      if (message.topic().equals(ReadingApp.READING_TOPIC)
          && decoder.decode(message.value(), recordTime) instanceof Decoded.Accepted row) {
        long time = row.eventTime().toEpochMilli();
        assertThat(time).isLessThanOrEqualTo(last);
        outOfOrder += time < lastEvent ? 1 : 0;
        lastEvent = time;
      }
    }
    assertThat(outOfOrder).as("events that arrive after a later one").isGreaterThan(EVENTS / 10);
  }

  @Test
  void keepsTheDeclaredShares() {
    Ledger ledger = drained(USUAL);
    double orders = EVENTS * ReadingApp.ORDER_SHARE;
    assertThat((double) ledger.events()).isCloseTo(EVENTS + orders, within(300.0));
    long duplicates = ledger.identicalDuplicates() + ledger.disagreeingDuplicates();
    assertThat(duplicates / (double) ledger.events()).isCloseTo(0.01, within(0.002));
    assertThat(ledger.disagreeingDuplicates() / (double) duplicates).isCloseTo(0.2, within(0.05));
    assertThat(ledger.late() / (double) ledger.events()).isCloseTo(0.003, within(0.001));
    long malformed = ledger.malformed().values().stream().mapToLong(Long::longValue).sum();
    assertThat(malformed / (double) ledger.events()).isCloseTo(0.002, within(0.0005));
    assertThat(ledger.malformed())
        .containsOnlyKeys(EnumSet.range(Reason.EMPTY, Reason.IMPOSSIBLE_TIME));
    assertThat(ledger.otherDays()).isPositive();
    assertThat(ledger.messages()).isEqualTo(ledger.events() + duplicates + malformed);
  }

  @Test
  void injectsNothingThatIsSwitchedOff() {
    Settings plain =
        USUAL.withDuplicateShare(0).withLateShare(0).withMalformedShare(0).withNullShare(0);
    Ledger ledger = drained(plain);
    assertThat(ledger.messages()).isEqualTo(ledger.events());
    assertThat(ledger.late()).isZero();
    assertThat(ledger.malformed()).isEmpty();
  }

  @Test
  void readsBackAsWhatTheLedgerSays() {
    Map<Reason, Long> rejected = new EnumMap<>(Reason.class);
    Map<Object, Message> firsts = new HashMap<>();
    long identical = 0;
    long disagreeing = 0;
    long late = 0;
    ReadingApp app = new ReadingApp(USUAL);
    while (app.hasNext()) {
      Message message = app.next();
      Instant arrival = Instant.ofEpochMilli(message.timestampMillis());
      Decoded decoded = Decoders.of(message.topic()).decode(message.value(), arrival);
      if (decoded instanceof Decoded.Rejected dead) {
        rejected.merge(dead.reason(), 1L, Long::sum);
        continue;
      }
      Decoded.Accepted row = (Decoded.Accepted) decoded;
      late += row.eventTime().plusSeconds(7200).isBefore(arrival) ? 1 : 0;
      Message first = firsts.putIfAbsent(row.values()[0], message);
      if (first != null) {
        boolean same = Arrays.equals(first.value(), message.value());
        identical += same ? 1 : 0;
        disagreeing += same ? 0 : 1;
        assertThat(message.key()).as("key of a duplicate").isEqualTo(first.key());
        assertThat(message.timestampMillis()).isGreaterThan(first.timestampMillis());
      }
    }
    Ledger ledger = app.ledger();
    assertThat(rejected).isEqualTo(ledger.malformed());
    assertThat(firsts).hasSize((int) ledger.events());
    assertThat(identical).isEqualTo(ledger.identicalDuplicates());
    assertThat(disagreeing).isEqualTo(ledger.disagreeingDuplicates());
    assertThat(late).isEqualTo(ledger.late());
  }

  @Test
  void hasTwoPeaksAndAQuietNight() {
    long[] hours = new long[24];
    DailyCurve curve = new DailyCurve(Settings.usual(DAY, SHANGHAI, 7, 1_000_000), new Chance(7));
    long sum = 0;
    for (int minute = 0; minute < curve.minutes(); minute++) {
      sum += curve.events(minute);
      Instant time = Instant.ofEpochMilli(curve.minuteStart(minute));
      hours[time.atZone(SHANGHAI).getHour()] += curve.events(minute);
    }
    assertThat(sum).isEqualTo(1_000_000);
    assertThat(hours[12]).as("noon").isGreaterThan(hours[9]).isGreaterThan(hours[15]);
    assertThat(hours[21]).as("evening").isGreaterThan(hours[18]).isGreaterThan(hours[23]);
    assertThat(hours[4] * 4).as("four times the night").isLessThan(hours[21]);
  }

  @Test
  void followsTheClockThroughADayOf23Hours() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    Settings spring = Settings.usual(LocalDate.of(2024, 3, 31), berlin, 7, 1_000);
    DailyCurve curve = new DailyCurve(spring, new Chance(7));
    assertThat(curve.minutes()).isEqualTo(23 * 60 + 2 * DailyCurve.MARGIN);
  }

  @Test
  void mixesContentsChannelsAndNulls() {
    List<Object[]> plain = readings(USUAL.withMalformedShare(0));
    List<Object[]> heated = readings(USUAL.withMalformedShare(0).withHotKeyShare(0.3));
    assertThat(share(plain, CONTENT_ID, "c-hot")).isZero();
    assertThat(share(heated, CONTENT_ID, "c-hot")).isCloseTo(0.297, within(0.01));
    assertThat(share(plain, CONTENT_ID, "c00001"))
        .as("share of the first of Zipf's ranks")
        .isGreaterThan(5 * share(plain, CONTENT_ID, "c00010"))
        .isLessThan(0.2);
    assertThat(share(plain, CONTENT_ID, null)).isCloseTo(0.01, within(0.002));
    assertThat(share(plain, CHANNEL, null)).isCloseTo(0.01, within(0.002));
    assertThat(plain.stream().map(row -> row[CHANNEL])).contains("feed", "Feed", " feed", "feed  ");
    assertThat(share(plain, READ_SECONDS, null)).isCloseTo(0.86, within(0.01));
    assertThat(share(plain, AD_REVENUE, null)).isCloseTo(0.94, within(0.01));
  }

  @Test
  void refusesWhatIsNoShare() {
    assertThatThrownBy(() -> USUAL.withLateShare(1.5)).hasMessageContaining("lateShare is 1.5");
    assertThatThrownBy(() -> USUAL.withNullShare(Double.NaN)).hasMessageContaining("nullShare");
    assertThatThrownBy(() -> Settings.usual(DAY, SHANGHAI, 1, 0))
        .hasMessageContaining("readingEvents");
  }

  private static Ledger drained(Settings settings) {
    ReadingApp app = new ReadingApp(settings);
    app.forEachRemaining(message -> {});
    return app.ledger();
  }

  private static List<Object[]> readings(Settings settings) {
    List<Object[]> rows = new ArrayList<>();
    ReadingApp app = new ReadingApp(settings);
    while (app.hasNext()) {
      Message message = app.next();
      if (message.topic().equals(ReadingApp.READING_TOPIC)) {
        Instant arrival = Instant.ofEpochMilli(message.timestampMillis());
        Decoded decoded = Decoders.of(message.topic()).decode(message.value(), arrival);
        rows.add(((Decoded.Accepted) decoded).values());
      }
    }
    return rows;
  }

  private static double share(List<Object[]> rows, int column, String value) {
    return rows.stream().filter(row -> Objects.equals(row[column], value)).count()
        / (double) rows.size();
  }

  private static String digest(Settings settings) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    ReadingApp app = new ReadingApp(settings);
    while (app.hasNext()) {
      Message message = app.next();
      digest.update(message.topic().getBytes(StandardCharsets.UTF_8));
      digest.update(message.key());
      digest.update(message.value() == null ? new byte[0] : message.value());
      digest.update(Long.toString(message.timestampMillis()).getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
