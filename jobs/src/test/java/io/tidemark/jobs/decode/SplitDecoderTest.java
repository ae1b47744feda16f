package io.tidemark.jobs.decode;

import static io.tidemark.jobs.decode.Columns.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.SchemaRegistrySettings;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.schema.RegistryUnavailableException;
import io.tidemark.jobs.spec.ColumnSource;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.EventTimeSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.PayloadSpec;
import io.tidemark.jobs.spec.ReadLimit;
import io.tidemark.jobs.spec.SchemaFile;
import io.tidemark.jobs.spec.Split;
import io.tidemark.jobs.spec.SplitSpec;
import io.tidemark.jobs.spec.SplitSpec.Otherwise;
import io.tidemark.jobs.spec.Start;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitDecoderTest {
  private static final Instant TIME = Instant.parse("2026-01-15T00:00:00Z");
  private static final int CLICK = 0;
  private static final int PAY = 1;
  private static final int REST = 2;
  private static final ColumnSpec TYPE = column("type", "string", false, "meta.type", null);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"meta":{"type":"click"},"t":0,"page":"a"}         | 0 | [t, click, a]
          {"page":"a","t":0,"meta":{"x":[{}],"type":"click"}}| 0 | [t, click, a]
          {"meta":{"type":"pay"},"t":0,"cents":5}            | 1 | [t, pay, 5]
          {"meta":{"type":"refund"},"t":0,"cents":6}         | 1 | [t, refund, 6]
          {"meta":{"type":"pay"},"t":0,"cents":"5"}          | 1 | WRONG_TYPE
          {"meta":{"type":"pay"},"t":0,"page":{}}            | 1 | MISSING_FIELD
          {"meta":{"type":"click"},"t":0,"page":"a"          | 0 | MALFORMED
          {"meta":{"type":"click"},"meta":{"type":"pay"},"t":0}| 0 | MALFORMED
          {"meta":{"type":"share"},"t":0}                    | 2 | NO_ROUTE
          {"meta":{"type":"Click"},"t":0}                    | 2 | NO_ROUTE
          {"meta":{"type":"share"}}                          | 2 | NO_ROUTE
          {"meta":{"type":null},"t":0}                       | 2 | NO_ROUTE
          {"meta":{},"t":0}                                  | 2 | NO_ROUTE
          {"t":0}                                            | 2 | NO_ROUTE
          {"meta":{"type":7},"t":0}                          | 2 | WRONG_TYPE
          {"meta":["click"],"t":0}                           | 2 | WRONG_TYPE
          {"t":0,"meta":{"typ                                | 2 | MALFORMED
          ["click"]                                          | 2 | MALFORMED
          ``                                                 | 2 | EMPTY
          """)
  void aMessageBelongsToOneJob(String message, int job, String expected) {
    assertThat(decode(Otherwise.DEAD_LETTER, TYPE, message)).isEqualTo(job + " " + expected);
  }

  @Test
  void whatNoRouteTakesIsARowOrCountedWhereThatIsDeclared() {
    String unknown = "{\"meta\":{\"type\":\"share\"},\"t\":0}";
    String incomplete = "{\"meta\":{\"type\":\"share\"}}";
    String none = "{\"t\":0}";
    assertThat(decode(Otherwise.ROW, TYPE, unknown)).isEqualTo("2 [t, share]");
    assertThat(decode(Otherwise.ROW, TYPE, none)).isEqualTo("2 [t, null]");
    assertThat(decode(Otherwise.ROW, TYPE, incomplete)).isEqualTo("2 MISSING_FIELD");
    assertThat(decode(Otherwise.IGNORE, TYPE, unknown)).isEqualTo("2 ignored");
    assertThat(decode(Otherwise.IGNORE, TYPE, incomplete)).isEqualTo("2 ignored");
    assertThat(decode(Otherwise.IGNORE, TYPE, none)).isEqualTo("2 ignored");
    assertThat(decode(Otherwise.IGNORE, TYPE, "{")).as("unreadable").isEqualTo("2 MALFORMED");
    assertThat(decode(Otherwise.IGNORE, TYPE, null)).as("a tombstone").isEqualTo("2 EMPTY");

    ColumnSpec required = column("type", "string", true, "meta.type", null);
    assertThat(decode(Otherwise.IGNORE, required, none)).isEqualTo("2 MISSING_FIELD");
    assertThat(decode(Otherwise.DEAD_LETTER, required, none)).isEqualTo("2 MISSING_FIELD");
  }

  @Test
  void keysHeadersAndNumbersTellToo() {
    ColumnSpec header =
        new ColumnSpec(
            "type",
            ColumnType.parse("string"),
            false,
            "type",
            null,
            ColumnSource.parse("header.kind"));
    String value = "{\"t\":0,\"page\":\"a\"}";
    SplitDecoder decoder = new SplitDecoder(split(Otherwise.ROW, header, "click", "pay"), null);
    Map<String, byte[]> headers = Map.of("kind", bytes("click"));

    assertThat(shown(decoder.decode(null, bytes(value), headers::get, TIME)))
        .isEqualTo("0 [t, click, a]");
    assertThat(shown(decoder.decode(null, bytes(value), name -> null, TIME)))
        .isEqualTo("2 [t, null]");
    assertThat(shown(decoder.decode(null, bytes(value), name -> new byte[] {-1}, TIME)))
        .isEqualTo("2 WRONG_TYPE");

    SplitDecoder numbers =
        new SplitDecoder(
            split(Otherwise.DEAD_LETTER, column("type", "int", false), "1", "-2"), null);
    assertThat(numbers.decode(null, bytes("{\"type\":1}"), name -> null, TIME).job())
        .isEqualTo(CLICK);
    assertThat(numbers.decode(null, bytes("{\"type\":1.0}"), name -> null, TIME).job())
        .isEqualTo(CLICK);
    assertThat(numbers.decode(null, bytes("{\"type\":-2}"), name -> null, TIME).job())
        .isEqualTo(PAY);
    assertThat(numbers.decode(null, bytes("{\"type\":\"1\"}"), name -> null, TIME).job())
        .isEqualTo(REST);
  }

  @Test
  void aDeadLetterSaysWhatWasExpected() {
    SplitDecoder decoder =
        new SplitDecoder(split(Otherwise.DEAD_LETTER, TYPE, "click", "pay"), null);

    Decoded decoded =
        decoder
            .decode(null, bytes("{\"t\":0,\"meta\":{\"type\":\"share\"}}"), name -> null, TIME)
            .decoded();

    assertThat(decoded)
        .isEqualTo(
            new Decoded.Rejected(
                Reason.NO_ROUTE, "column 'type': found share, expected one of click, pay"));
  }

  /** Each of possibly millions of dead letters has the detail. */
  @Test
  void aDeadLetterDoesNotListHundredsOfValues() {
    String[] values = IntStream.range(0, 500).mapToObj(i -> "type-" + i).toArray(String[]::new);
    SplitDecoder decoder =
        new SplitDecoder(split(Otherwise.DEAD_LETTER, TYPE, "click", values), null);

    Decoded decoded = decoder.decode(null, bytes("{\"t\":0}"), name -> null, TIME).decoded();

    assertThat(((Decoded.Rejected) decoded).detail())
        .startsWith("column 'type': found null or nothing, expected one of click, type-0, type-1, ")
        .endsWith("...")
        .hasSizeLessThan(300);
  }

  @Test
  void messagesThatASchemaDescribesAreToldApartToo() throws IOException {
    Schema schema =
        SchemaBuilder.record("event")
            .fields()
            .requiredLong("t")
            .requiredString("type")
            .requiredLong("cents")
            .endRecord();
    PayloadSpec avro =
        Payloads.payload(
            PayloadSpec.Format.AVRO,
            new SchemaFile("s.avsc", Map.of("s.avsc", schema.toString()), ""));
    ColumnSpec type = column("type", "string", false);
    SplitDecoder decoder =
        new SplitDecoder(
            new Split(
                job("rest", avro, Otherwise.DEAD_LETTER, List.of(), type),
                List.of(
                    job(
                        "pay",
                        avro,
                        Otherwise.DEAD_LETTER,
                        List.of("pay"),
                        type,
                        column("cents", "bigint", true)))),
            null);
    byte[] pay = written(schema, "pay");

    assertThat(shown(decoder.decode(null, pay, name -> null, TIME))).isEqualTo("0 [t, pay, 5]");
    assertThat(shown(decoder.decode(null, written(schema, "share"), name -> null, TIME)))
        .isEqualTo("1 NO_ROUTE");
    assertThat(shown(decoder.decode(null, Arrays.copyOf(pay, pay.length - 2), name -> null, TIME)))
        .isEqualTo("1 MALFORMED");
  }

  @Test
  void aRegistryThatCannotBeAskedSaysNothingOfTheRoute() {
    ColumnSpec type = column("type", "string", false);
    IngestSpec rest =
        job(
            "rest",
            Payloads.payload(PayloadSpec.Format.AVRO, null),
            Otherwise.ROW,
            List.of(),
            type);
    SchemaRegistrySettings down =
        new SchemaRegistrySettings(
            List.of(URI.create("http://localhost:1")), null, null, Duration.ofSeconds(5));
    RouteValue value = new RouteValue(type, MessageDecoder.of(rest, down));

    assertThatThrownBy(() -> value.of(null, new byte[] {0, 0, 0, 0, 7, 2}, name -> null))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  private static byte[] written(Schema schema, String type) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(schema)
        .write(
            new GenericRecordBuilder(schema)
                .set("t", TIME.toEpochMilli())
                .set("type", type)
                .set("cents", 5L)
                .build(),
            encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static String decode(Otherwise otherwise, ColumnSpec type, String message) {
    return shown(
        new SplitDecoder(split(otherwise, type, "click", "pay", "refund"), null)
            .decode(null, message == null ? null : bytes(message), name -> null, TIME));
  }

  private static String shown(SplitDecoder.Routed routed) {
    String decoded = "ignored";
    if (routed.decoded() instanceof Decoded.Rejected rejected) {
      decoded = rejected.reason().name();
    } else if (routed.decoded() instanceof Decoded.Accepted accepted) {
      List<Object> values = new ArrayList<>(Arrays.asList(accepted.values()));
      values.set(0, "t");
      decoded = values.toString();
    }
    return routed.job() + " " + decoded;
  }

  /** The first value is a click's, the others are payments'. */
  private static Split split(Otherwise otherwise, ColumnSpec type, String click, String... pay) {
    return new Split(
        job("rest", otherwise, List.of(), type),
        List.of(
            job("click", otherwise, List.of(click), type, column("page", "string", false)),
            job("pay", otherwise, List.of(pay), type, column("cents", "bigint", true))));
  }

  private static IngestSpec job(
      String name, Otherwise otherwise, List<String> route, ColumnSpec... columns) {
    return job(name, PayloadSpec.PLAIN, otherwise, route, columns);
  }

  private static IngestSpec job(
      String name,
      PayloadSpec payload,
      Otherwise otherwise,
      List<String> route,
      ColumnSpec... columns) {
    List<ColumnSpec> all = new ArrayList<>();
    all.add(column("t", "timestamp", true, "t", TimeFormat.EPOCH_MILLIS));
    all.addAll(List.of(columns));
    return new IngestSpec(
        name,
        "",
        "",
        "app",
        Start.Edge.EARLIEST,
        ReadLimit.NONE,
        payload,
        new SplitSpec("type", route, otherwise),
        all,
        new EventTimeSpec("t", Instant.EPOCH, Duration.ofDays(1)),
        TableName.parse("ods." + name));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
