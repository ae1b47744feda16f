package io.tidemark.jobs.decode;

import static io.tidemark.jobs.decode.ChangeLogs.assertIgnored;
import static io.tidemark.jobs.decode.ChangeLogs.assertRejected;
import static io.tidemark.jobs.decode.ChangeLogs.changes;
import static io.tidemark.jobs.decode.ChangeLogs.decode;
import static io.tidemark.jobs.decode.ChangeLogs.decoder;
import static io.tidemark.jobs.decode.ChangeLogs.payload;
import static io.tidemark.jobs.decode.ChangeLogs.shown;
import static io.tidemark.jobs.decode.Columns.column;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.PayloadSpec;
import io.tidemark.jobs.spec.PayloadSpec.Decimals;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaxwellFormatTest {
  private final Decoder all = decoder(Format.MAXWELL_JSON);
  private final Decoder narrow =
      decoder(
          payload(Format.MAXWELL_JSON),
          column("id", "bigint", false),
          column("name", "string", false),
          column("price", "decimal(12,2)", false));

  private static String message(String type, String place, String data, String old) {
    return """
        {"database":"shop","table":"item","type":"%s","ts":1768464000,"xid":23396,%s,
         "server_id":23042,"thread_id":108,"data":%s%s}"""
        .formatted(type, place, data, old.isEmpty() ? "" : ",\"old\":" + old);
  }

  private static String message(String type, String data, String old) {
    return message(type, "\"xoffset\":1,\"position\":\"master.000006:800911\"", data, old);
  }

  @Test
  void valuesAreTyped() {
    Change change =
        changes(
                all,
                message(
                    "insert",
                    """
                    {"id":1,"name":{"json":[1,2.50]},"price":4.2,"on_sale":1,"stock":7,
                     "weight":4.2341,"since":"2026-01-15","at":"2026-01-15 08:00:00.523000"}""",
                    ""))
            .get(0);
    assertThat(change.values())
        .containsExactly(
            1L,
            "{\"json\":[1,2.50]}",
            new BigDecimal("4.20"),
            true,
            7,
            4.2341,
            LocalDate.of(2026, 1, 15),
            Instant.parse("2026-01-15T08:00:00.523Z"));
    assertThat(
            ((Decoded.Changes) decode(all, message("insert", "{\"id\":1}", "")))
                .eventTimes()
                .get(0))
        .isEqualTo(Instant.ofEpochSecond(1768464000));
  }

  @Test
  void theLastRowOfATransactionIsBehindTheOthers() {
    String at = "\"position\":\"master.000006:800911\"";
    assertThat(shown(narrow, message("insert", "\"xoffset\":3," + at, "{\"id\":1}", "")))
        .containsExactly("INSERT 6:800911:3 [1, null, null]");
    assertThat(shown(narrow, message("insert", "\"commit\":true," + at, "{\"id\":1}", "")))
        .containsExactly("INSERT 6:800911:9223372036854775807 [1, null, null]");
  }

  @Test
  void aPositionInSecondsAloneIsNone() {
    assertRejected(
        narrow,
        message("insert", "\"commit\":true", "{\"id\":1}", ""),
        Reason.MISSING_FIELD,
        "set output_binlog_position=true");
  }

  @Test
  void anUpdateShowsWhatItChanged() {
    assertThat(
            shown(
                narrow,
                message("update", "{\"id\":1,\"name\":\"b\",\"price\":1}", "{\"name\":\"a\"}")))
        .containsExactly("UPDATE 6:800911:1 [1, b, 1.00]");
    assertThat(
            shown(narrow, message("update", "{\"id\":2,\"name\":\"b\",\"price\":1}", "{\"id\":1}")))
        .containsExactly("DELETE 6:800911:1 [1, null, null]", "UPDATE 6:800911:1 [2, b, 1.00]");
  }

  @Test
  void aColumnThatIsNotThereStaysAsItWasUnlessItsOldValueIsShown() {
    assertThat(shown(narrow, message("update", "{\"id\":1,\"name\":\"b\"}", "{\"name\":\"a\"}")))
        .as("binlog_row_image=minimal")
        .containsExactly("UPDATE 6:800911:1 [1, b, null] keeps [price]");
    assertThat(
            shown(
                narrow,
                message("update", "{\"id\":1,\"name\":\"b\"}", "{\"name\":\"a\",\"price\":1}")))
        .as("output_nulls=false")
        .containsExactly("UPDATE 6:800911:1 [1, b, null]");
  }

  @Test
  void aDeleteCarriesTheRow() {
    assertThat(shown(narrow, message("delete", "{\"id\":1}", "")))
        .containsExactly("DELETE 6:800911:1 [1, null, null]");
  }

  @Test
  void aBootstrapHasNoPositionAndStandsBeforeTheLog() {
    String read =
        """
        {"database":"shop","table":"item","type":"bootstrap-insert","ts":1768464000,%s
         "comment":"again","data":{"id":1,"name":"a","price":4.2}}""";
    assertThat(shown(narrow, read.formatted(""))).containsExactly("SNAPSHOT 0:0:0 [1, a, 4.20]");
    assertThat(shown(narrow, read.formatted("\"position\":\"master.000006:800911\",")))
        .as("of a version that writes one")
        .containsExactly("SNAPSHOT 6:800911:0 [1, a, 4.20]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bootstrap-start",
        "bootstrap-complete",
        "table-create",
        "table-alter",
        "database-create"
      })
  void whatIsNoRowIsIgnored(String type) {
    assertIgnored(
        narrow,
        """
        {"type":"%s","database":"shop","table":"item","def":{},"ts":1768464000000,
         "sql":"...","position":"master.000006:804398"}"""
            .formatted(type));
  }

  /** As {@code output_ddl} writes it: with a table or a database go all of its rows. */
  @Test
  void aDroppedTableOrDatabaseIsADeadLetterThatSaysSo() {
    Decoder ofItems = decoder(of("shop.item"), column("id", "bigint", false));
    String drop =
        """
        {"type":"%s","database":"%s","table":"item","ts":1768464000000,"sql":"DROP ...",
         "position":"master.000006:804398"}""";
    String database = drop.replace("\"table\":\"item\",", "");

    for (Decoder decoder : List.of(narrow, ofItems)) {
      assertRejected(
          decoder,
          drop.formatted("table-drop", "shop"),
          Reason.TRUNCATED_TABLE,
          "shop.item was dropped with all its rows");
      assertRejected(
          decoder,
          database.formatted("database-drop", "shop"),
          Reason.TRUNCATED_TABLE,
          "database shop was dropped");
    }
    assertIgnored(ofItems, drop.formatted("table-drop", "shop2"));
    assertIgnored(ofItems, database.formatted("database-drop", "shop2"));
  }

  private static PayloadSpec of(String table) {
    return new PayloadSpec(
        Format.MAXWELL_JSON, table, List.of("id"), Decimals.PRECISE, ZoneId.of("UTC"), List.of());
  }

  @Test
  void whatIsNoMaxwellMessageIsADeadLetter() {
    assertRejected(narrow, "{\"id\":1}", Reason.MISSING_FIELD, "field 'type'");
    assertRejected(narrow, message("replace", "{\"id\":1}", ""), Reason.WRONG_TYPE, "'type'");
    assertRejected(narrow, message("insert", "null", ""), Reason.MISSING_FIELD, "field 'data'");
    assertRejected(narrow, message("insert", "{\"name\":\"a\"}", ""), Reason.MISSING_FIELD, "'id'");
  }
}
