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

class CanalFormatTest {
  private final Decoder all = decoder(Format.CANAL_JSON);
  private final Decoder narrow =
      decoder(
          payload(Format.CANAL_JSON),
          column("id", "bigint", false),
          column("name", "string", false),
          column("price", "decimal(12,2)", false));

  private static String message(String type, String data, String old) {
    return """
        {"data":%s,"database":"shop","es":1768464000000,"id":9,"isDdl":false,
         "mysqlType":{"id":"bigint(20)","name":"varchar(255)","price":"decimal(12,2)"},"old":%s,
         "pkNames":["id"],"sql":"","sqlType":{"id":-5,"name":12,"price":3},"table":"item",
         "ts":1768464000798,"type":"%s"}"""
        .formatted(data, old, type);
  }

  @Test
  void everyValueIsText() {
    Change change =
        changes(
                all,
                message(
                    "INSERT",
                    """
                    [{"id":"111","name":"scooter","price":"5.18","on_sale":"1","stock":"7",
                      "weight":"0.5","since":"2026-01-15","at":"2026-01-15 08:00:00.123456"}]""",
                    "null"))
            .get(0);
    assertThat(change.values())
        .containsExactly(
            111L,
            "scooter",
            new BigDecimal("5.18"),
            true,
            7,
            0.5,
            LocalDate.of(2026, 1, 15),
            Instant.parse("2026-01-15T08:00:00.123456Z"));
    assertThat(
            ((Decoded.Changes) decode(all, message("INSERT", "[{\"id\":\"1\"}]", "null")))
                .eventTimes()
                .get(0))
        .isEqualTo(Instant.ofEpochMilli(1768464000000L));
  }

  @Test
  void aMessageHasSeveralRowsInTheirOrder() {
    assertThat(
            shown(
                narrow,
                message(
                    "INSERT",
                    "[{\"id\":\"1\",\"name\":\"a\"},{\"id\":\"2\",\"name\":null}]",
                    "null")))
        .containsExactly(
            "INSERT 1768464000000:9:0 [1, a, null]", "INSERT 1768464000000:9:1 [2, null, null]");
  }

  @Test
  void oneBadRowMakesTheWholeMessageADeadLetter() {
    assertRejected(
        narrow,
        message("INSERT", "[{\"id\":\"1\"},{\"id\":\"two\"}]", "null"),
        Reason.WRONG_TYPE,
        "field 'id': found \"two\", expected bigint");
  }

  @Test
  void theOldValuesAreOnlyThoseThatChanged() {
    assertThat(
            shown(
                narrow,
                message(
                    "UPDATE",
                    "[{\"id\":\"1\",\"name\":\"b\",\"price\":\"1\"}]",
                    "[{\"name\":\"a\"}]")))
        .containsExactly("UPDATE 1768464000000:9:0 [1, b, 1.00]");
  }

  @Test
  void anUpdateThatMovesKeysEndsTheOldOnesFirst() {
    // UPDATE item SET id = id + 1 ORDER BY id DESC
    assertThat(
            shown(
                narrow,
                message(
                    "UPDATE",
                    """
                    [{"id":"3","name":"b","price":null},{"id":"2","name":"a","price":null}]""",
                    "[{\"id\":\"2\"},{\"id\":\"1\"}]")))
        .containsExactly(
            "DELETE 1768464000000:9:0 [2, null, null]",
            "UPDATE 1768464000000:9:0 [3, b, null]",
            "DELETE 1768464000000:9:1 [1, null, null]",
            "UPDATE 1768464000000:9:1 [2, a, null]");
  }

  @Test
  void aColumnThatAnUpdateDoesNotCarryStaysAsItWas() {
    assertThat(
            shown(
                narrow, message("UPDATE", "[{\"id\":\"1\",\"name\":\"b\"}]", "[{\"name\":\"a\"}]")))
        .containsExactly("UPDATE 1768464000000:9:0 [1, b, null] keeps [price]");
    assertThat(shown(narrow, message("INSERT", "[{\"id\":\"1\",\"name\":\"b\"}]", "null")))
        .as("an insert before the column was added")
        .containsExactly("INSERT 1768464000000:9:0 [1, b, null]");
  }

  @Test
  void aDeleteCarriesTheRow() {
    assertThat(shown(narrow, message("DELETE", "[{\"id\":\"1\",\"name\":\"a\"}]", "null")))
        .containsExactly("DELETE 1768464000000:9:0 [1, a, null]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CREATE", "ALTER", "QUERY", "RENAME", "CINDEX", "DINDEX"})
  void schemaChangesAreIgnored(String type) {
    assertIgnored(
        narrow,
        """
        {"data":null,"database":"shop","es":1768464000000,"id":10,"isDdl":true,"mysqlType":null,
         "old":null,"pkNames":null,"sql":"...","sqlType":null,"table":"item","ts":1768464000798,
         "type":"%s"}"""
            .formatted(type));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRUNCATE", "ERASE"})
  void aTruncatedOrDroppedTableIsADeadLetterThatSaysSo(String type) {
    assertRejected(
        narrow,
        "{\"data\":null,\"database\":\"shop\",\"table\":\"item\",\"isDdl\":true,\"type\":\"%s\"}"
            .formatted(type),
        Reason.TRUNCATED_TABLE,
        "shop.item");
  }

  /** Read as nothing, it would put the change before all others of its second. */
  @ParameterizedTest
  @ValueSource(strings = {"10000000000000000000", "123456789012345678901", "1e99", "1e999999999"})
  void aNumberThatIsTooLargeIsADeadLetter(String id) {
    assertRejected(
        narrow,
        message("INSERT", "[{\"id\":\"1\"}]", "null").replace("\"id\":9,", "\"id\":" + id + ","),
        Reason.WRONG_TYPE,
        "field 'id'");
  }

  @Test
  void changesOfOtherTablesAreIgnored() {
    PayloadSpec other =
        new PayloadSpec(
            Format.CANAL_JSON,
            "shop.order",
            List.of("id"),
            Decimals.PRECISE,
            ZoneId.of("UTC"),
            List.of());
    assertIgnored(decoder(other), message("INSERT", "[{\"no\":\"such\"}]", "null"));
  }

  @Test
  void mysqlsZeroDateIsNoDate() {
    Object[] values =
        changes(
                all,
                message(
                    "INSERT",
                    "[{\"id\":\"1\",\"since\":\"0000-00-00\",\"at\":\"0000-00-00 00:00:00\"}]",
                    "null"))
            .get(0)
            .values();
    assertThat(values[6]).isNull();
    assertThat(values[7]).isNull();
  }

  @Test
  void whatIsNoCanalMessageIsADeadLetter() {
    assertRejected(narrow, "{\"id\":1}", Reason.MISSING_FIELD, "field 'type'");
    assertRejected(narrow, message("UPSERT", "[]", "null"), Reason.WRONG_TYPE, "field 'type'");
    assertRejected(narrow, message("INSERT", "[]", "null"), Reason.MISSING_FIELD, "field 'data'");
    assertRejected(
        narrow,
        message("UPDATE", "[{\"id\":\"1\"},{\"id\":\"2\"}]", "[{\"id\":\"1\"}]"),
        Reason.WRONG_TYPE,
        "as many rows as data has");
  }
}
