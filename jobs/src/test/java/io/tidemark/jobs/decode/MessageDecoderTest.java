package io.tidemark.jobs.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.ColumnSource;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.EventTimeSpec;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageDecoderTest {
  private static final Instant TIME = Instant.parse("2026-01-15T00:00:00Z");
  private static final EventTimeSpec EVENT_TIME =
      new EventTimeSpec("t", Instant.EPOCH, Duration.ofDays(1));
  private static final byte[] VALUE = bytes("{\"t\": " + TIME.toEpochMilli() + ", \"n\": 7}");

  @Test
  void columnsOfAllPartsStandInTheOrderDeclared() {
    MessageDecoder decoder =
        decoder(
            column("k", "string", false, null, ColumnSource.KEY),
            column("n", "int", false, null, ColumnSource.VALUE),
            column("h", "decimal(5,2)", false, null, ColumnSource.parse("header.price")),
            column("d", "date", false, null, ColumnSource.parse("header.day")),
            column("z", "string", false, null, ColumnSource.parse("header.absent")));

    Decoded decoded =
        decoder.decode(
            bytes("user 1"),
            VALUE,
            Map.of("price", bytes("12.5"), "day", bytes("2026-01-15"))::get,
            TIME);

    assertThat(((Decoded.Accepted) decoded).values())
        .containsExactly(
            TIME, "user 1", 7, new BigDecimal("12.50"), LocalDate.of(2026, 1, 15), null);
    assertThat(((Decoded.Accepted) decoded).eventTime()).isEqualTo(TIME);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bigint    | 12x        | WRONG_TYPE      | header 'h': found 12x, expected bigint
          bigint    | 1 2        | WRONG_TYPE      | header 'h': found 1 2, expected bigint
          bigint    | {}         | WRONG_TYPE      | header 'h': found {}, expected bigint
          bigint    | ''         | WRONG_TYPE      | header 'h': found , expected bigint
          int       | 2147483648 | WRONG_TYPE      | header 'h': found 2147483648, expected int
          boolean   | yes        | WRONG_TYPE      | header 'h': found yes, expected boolean
          timestamp | 1e17       | IMPOSSIBLE_TIME | header 'h': found 1e17, expected timestamp (epoch milliseconds)
          """)
  void aHeaderThatIsNotOfItsTypeIsADeadLetter(
      String type, String written, Reason reason, String detail) {
    ColumnSpec header =
        column("h", type, false, TimeFormat.EPOCH_MILLIS, ColumnSource.parse("header.h"));

    assertThat(decoder(header).decode(null, VALUE, name -> bytes(written), TIME))
        .isEqualTo(new Decoded.Rejected(reason, detail));
  }

  @Test
  void bytesThatAreNoTextAreADeadLetter() {
    ColumnSpec key = column("k", "string", false, null, ColumnSource.KEY);
    assertThat(decoder(key).decode(new byte[] {(byte) 0xff}, VALUE, name -> null, TIME))
        .isEqualTo(
            new Decoded.Rejected(
                Reason.WRONG_TYPE,
                "key: found bytes that are no UTF-8, expected string (well-formed Unicode)"));
  }

  @Test
  void aRequiredKeyThatIsNotThereIsADeadLetterUnlessSomethingWorseIsWrong() {
    ColumnSpec key = column("k", "string", true, null, ColumnSource.KEY);
    assertThat(reason(decoder(key).decode(null, VALUE, name -> null, TIME)))
        .isEqualTo(Reason.MISSING_FIELD);
    assertThat(reason(decoder(key).decode(null, bytes("{"), name -> null, TIME)))
        .isEqualTo(Reason.MALFORMED);
    assertThat(reason(decoder(key).decode(null, bytes("{\"t\": \"x\"}"), name -> null, TIME)))
        .isEqualTo(Reason.WRONG_TYPE);
  }

  private static Reason reason(Decoded decoded) {
    return ((Decoded.Rejected) decoded).reason();
  }

  private static MessageDecoder decoder(ColumnSpec... columns) {
    List<ColumnSpec> all = new ArrayList<>();
    all.add(column("t", "timestamp", true, TimeFormat.EPOCH_MILLIS, ColumnSource.VALUE));
    all.addAll(List.of(columns));
    return new MessageDecoder(all, EVENT_TIME);
  }

  private static ColumnSpec column(
      String name, String type, boolean required, TimeFormat format, ColumnSource from) {
    boolean timestamp = type.equals("timestamp");
    return new ColumnSpec(
        name, ColumnType.parse(type), required, name, timestamp ? format : null, from);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
