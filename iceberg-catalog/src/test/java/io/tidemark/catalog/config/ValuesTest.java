package io.tidemark.catalog.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "2 hours,PT2H",
    "1 hour,PT1H",
    "30 minutes,PT30M",
    "1 day,PT24H",
    "90 seconds,PT1M30S",
    "500 milliseconds,PT0.5S",
    "0 seconds,PT0S"
  })
  void readsDurations(String text, Duration expected) {
    assertThat(Durations.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2",
        "hours",
        "2hours",
        "2  hours",
        "-1 hours",
        "1.5 hours",
        "2 h",
        "1 month",
        "2 Hours",
        "2 hourss",
        "1000000000 days",
        " 1 day"
      })
  void refusesWhatIsNoDuration(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .hasMessage(
            "'"
                + text
                + "' is not a duration; write a whole number and a unit (milliseconds, seconds,"
                + " minutes, hours, days), such as 2 hours");
  }

  @ParameterizedTest
  @CsvSource({
    "1 KiB,1024,1 KiB",
    "256 MiB,268435456,256 MiB",
    "1536 MiB,1610612736,1.5 GiB",
    "2 TiB,2199023255552,2 TiB"
  })
  void readsAndShowsSizes(String text, long bytes, String shown) {
    assertThat(ByteSizes.parse(text)).isEqualTo(bytes);
    assertThat(ByteSizes.shown(bytes)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "256", "256MiB", "256 MB", "1.5 GiB", "0 MiB", "-1 MiB", "1 mib"})
  void refusesWhatIsNoSize(String text) {
    assertThatThrownBy(() -> ByteSizes.parse(text))
        .hasMessage(
            "'"
                + text
                + "' is not a size; write a whole number from 1 and a unit (KiB, MiB, GiB, TiB), such"
                + " as 256 MiB");
  }

  @Test
  void refusesNoTimeWhereItIsNonsense() {
    assertThatThrownBy(() -> Durations.parsePositive("0 hours"))
        .hasMessage("'0 hours' is no time at all; write more than 0");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1%,0.01", "0.5%,0.005", "100%,1", "0%,0"})
  void readsPercentages(String text, double expected) {
    assertThat(Percentages.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "0.01", "-1%", "1 %", "%", "one%", "1%%"})
  void refusesWhatIsNoPercentage(String text) {
    assertThatThrownBy(() -> Percentages.parse(text))
        .hasMessage("'" + text + "' is not a percentage; write one with its sign, such as 1%");
  }

  @Test
  void refusesMoreThanEverything() {
    assertThatThrownBy(() -> Percentages.parse("100.1%"))
        .hasMessage("'100.1%' is more than 100%; write 0 to 100%");
  }

  @Test
  void suggestsOnlyWhatIsNear() {
    assertThat(Suggestions.closest("time-zon", List.of("time-zone", "topic")))
        .contains("time-zone");
    assertThat(Suggestions.closest("frequency", List.of("time-zone", "topic"))).isEmpty();
  }

  @Test
  void hidesSecretsByTheirKey() {
    assertThat(Secrets.redact(Map.of("a", "1", "ssl.key.Password", "x", "sasl.jaas.config", "y")))
        .isEqualTo("{a=1, sasl.jaas.config=(hidden), ssl.key.Password=(hidden)}");
    assertThat(new Problem("f", "kafka.oauth.token", "abc", "is wrong").text())
        .isEqualTo("kafka.oauth.token: '(hidden)' is wrong");
  }

  @Test
  void hidesWhatIsNamedLikeASecretInATextOfOthers() {
    assertThat(
            Secrets.redactText(
                "connect jdbc:postgresql://db:5432/x?user=ann&password=p1&ssl=true, s3.secret-access-key=p2; {\"token\": \"p 3\"}"))
        .isEqualTo(
            "connect jdbc:postgresql://db:5432/x?user=ann&password=(hidden)&ssl=true, s3.secret-access-key=(hidden); {\"token\": (hidden)}");
    assertThat(
            Secrets.redactText(
                "GET https://ann:p1@host/x?X-Amz-Signature=p2 401, Authorization: Bearer p3.p4-p5"))
        .isEqualTo(
            "GET https://ann:(hidden)@host/x?X-Amz-Signature=(hidden) 401, Authorization: Bearer (hidden)");
    assertThat(
            Secrets.redactText("sasl.jaas.config=Login required username=\"u\" password=\"p 1\";"))
        .isEqualTo("sasl.jaas.config=(hidden) required username=\"u\" password=(hidden);");
    assertThat(Secrets.redactText("password=(hidden); token: (hidden)"))
        .isEqualTo("password=(hidden); token: (hidden)");
    assertThat(Secrets.redactText("no file s3://bucket/dt=2026-01-31/a.parquet: 403"))
        .isEqualTo("no file s3://bucket/dt=2026-01-31/a.parquet: 403");
  }

  @Test
  void refusesAKeyDeclaredTwice() {
    Key<String> key = Key.optional("name", Values.TEXT, "A name.");
    assertThatThrownBy(() -> Keys.of(key, key)).hasMessage("key 'name' is declared twice");
  }
}
