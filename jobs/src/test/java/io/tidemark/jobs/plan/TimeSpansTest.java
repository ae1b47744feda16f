package io.tidemark.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.plan.TimeSpans.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimeSpansTest {
  private static final Duration REACH = Duration.ofMinutes(15);

  private static Span span(String from, String to) {
    return new Span(Instant.parse(from), Instant.parse(to));
  }

  @Test
  void reachTwiceAsFarAsTwoRowsMayLieApart() {
    assertThat(
            TimeSpans.around(List.of(span("2026-03-13T12:29:59Z", "2026-03-13T12:31:00Z")), REACH)
                .spans())
        .containsExactly(span("2026-03-13T11:00:00Z", "2026-03-13T14:00:00Z"));
  }

  @Test
  void leaveOutWhatLiesBetweenRowsFarApart() {
    TimeSpans near =
        TimeSpans.around(
            List.of(
                span("2026-03-13T12:30:00Z", "2026-03-13T12:31:00Z"),
                span("2026-03-09T08:30:00Z", "2026-03-09T08:30:00Z")),
            REACH);
    assertThat(near.spans())
        .containsExactly(
            span("2026-03-09T08:00:00Z", "2026-03-09T10:00:00Z"),
            span("2026-03-13T12:00:00Z", "2026-03-13T14:00:00Z"));
    assertThat(near.days(ZoneOffset.UTC))
        .containsExactly(LocalDate.of(2026, 3, 9), LocalDate.of(2026, 3, 13));
  }

  @Test
  void touchTheDayBehindMidnightInTheZoneOfTheWarehouse() {
    TimeSpans near =
        TimeSpans.around(List.of(span("2026-03-13T15:50:00Z", "2026-03-13T15:50:00Z")), REACH);
    assertThat(near.days(ZoneId.of("Asia/Shanghai")))
        .containsExactly(LocalDate.of(2026, 3, 13), LocalDate.of(2026, 3, 14));
    assertThat(near.days(ZoneOffset.UTC)).containsExactly(LocalDate.of(2026, 3, 13));
  }

  @Test
  void areOneWhereTheyMeetAndWhereTheyAreMany() {
    assertThat(
            TimeSpans.around(
                    List.of(
                        span("2026-03-13T00:30:00Z", "2026-03-13T05:00:00Z"),
                        span("2026-03-13T02:00:00Z", "2026-03-13T03:00:00Z")),
                    REACH)
                .spans())
        .containsExactly(span("2026-03-13T00:00:00Z", "2026-03-13T06:00:00Z"));
    Instant first = Instant.parse("2026-01-01T12:30:00Z");
    List<Span> many =
        IntStream.rangeClosed(0, TimeSpans.MOST)
            .mapToObj(day -> first.plus(Duration.ofDays(day)))
            .map(at -> new Span(at, at))
            .toList();
    assertThat(TimeSpans.around(many, REACH).spans()).hasSize(1);
    assertThat(TimeSpans.around(many.subList(1, many.size()), REACH).spans())
        .hasSize(TimeSpans.MOST);
  }

  @Test
  void ofNoRowsAreNone() {
    assertThat(TimeSpans.around(List.of(), REACH).isEmpty()).isTrue();
  }
}
