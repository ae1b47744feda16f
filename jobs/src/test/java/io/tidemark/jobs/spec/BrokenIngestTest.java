package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokenIngestTest {
  @TempDir Path root;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          job: ods_event | job: Ods-Event | line 1: job: 'Ods-Event' is not a name; use lower-case letters, digits and underscores
          job: ods_event | jop: ods_event | line 1: jop is not a key; did you mean 'job'?; job is missing; write 'job: ...' (name)
          topic: event | topic: event/x | line 2: topic: 'event/x' is not a Kafka topic; use at most 249 letters, digits, dots, underscores and dashes
          topic: event | `topic: event\\nstart: newest` | line 3: start.position: 'newest' is not one of earliest, latest
          topic: event | `topic: event\\nstart: [1]` | line 3: start is not a group of keys; write below it: position, timestamp, day, offsets
          topic: event | `topic: event\\nstart: { day: 2026-01-15, timestamp: 2026-01-15T08:00:00Z }` | line 3: start says several times where to begin, by timestamp and day; keep one of them
          topic: event | `topic: event\\nstart: { timestamp: 2026-01-15T08:00:00 }` | line 3: start.timestamp: '2026-01-15T08:00:00' is no moment; write date, time and offset, such as 2026-01-15T08:00:00+08:00
          topic: event | `topic: event\\nstart: { day: 2026-02-30 }` | line 3: start.day: '2026-02-30' is not a date; write year-month-day, such as 2000-01-01
          topic: event | `topic: event\\nstart: { offsets: { 0: -1 } }` | line 3: start.offsets.0: '-1' is no offset; write a whole number from 0
          topic: event | `topic: event\\nstart: { offsets: { first: 1 } }` | line 3: start has offsets of 'first', which is no partition; write 'PARTITION: N'
          topic: event | `topic: event\\nstart: { offsets: {} }` | line 3: start has no offsets; write one for every partition, such as 'offsets: { 0: 120, 1: 98 }'
          topic: event | `topic: event\\nlimit: { messages-per-second: 0 }` | line 3: limit.messages-per-second: '0' is not a whole number from 1; write digits only, such as 500000
          topic: event | `topic: event\\nlimit: { per-second: 5 }` | line 3: limit.per-second is not a key; the keys here are messages-per-second, messages-per-micro-batch
          seconds: bigint | seconds: { type: bigint, from: header } | line 6: columns.seconds.from: 'header' is no part of a message; write value, key or header.NAME with the header's name
          seconds: bigint | seconds: { type: bigint, from: key, path: a } | line 6: columns.seconds has a path, which only a column from the value has; remove it or the key 'from'
          timestamp, required: true | timestamp, required: true, from: header.time | line 8: event-time.column: 'event_time' is not in the message's value; declare a column that is read from there
          topic: event | `topic: event\\nwindow: 1 day` | line 3: window is not a key; the keys here are job, extends, description, owner, freshness, alerts, topic, start, limit, payload, split, route, columns, event-time, output
          seconds: bigint | seconds: long | line 6: columns.seconds.type: 'long' is not a type; use string, boolean, int, bigint, double, decimal(p,s), date or timestamp
          seconds: bigint | seconds: decimal(39,2) | line 6: columns.seconds.type: 'decimal(39,2)' is not a type; use a precision from 1 to 38 and a scale up to the precision
          seconds: bigint | seconds: { type: bigint, required: True } | line 6: columns.seconds.required: 'True' is neither true nor false; write one of them
          seconds: bigint | seconds: { type: bigint, format: iso-8601 } | line 6: columns.seconds has a format, which only a timestamp has; remove it or write 'type: timestamp'
          seconds: bigint | seconds: { type: timestamp, format: epoch } | line 6: columns.seconds.format: 'epoch' is not one of epoch-millis, epoch-seconds, epoch-micros, epoch-nanos, iso-8601
          seconds: bigint | seconds: { typ: bigint } | line 6: columns.seconds.typ is not a key; did you mean 'type'?; line 6: columns.seconds.type is missing; write 'type: ...' (string, boolean, int, bigint, double, decimal(p,s), date or timestamp)
          seconds: bigint | seconds: [bigint] | line 6: columns.seconds is not a group of keys; write below it: type, required, path, format, from
          path: source.channel | path: "source. channel" | line 7: columns.channel.path: 'source. channel' is not a path; write field names joined by dots
          path: source.channel | path: source..channel | line 7: columns.channel.path: 'source..channel' is not a path; write field names joined by dots
          seconds: bigint | kafka_offset: bigint | line 6: columns.kafka_offset has the name of a column that Tidemark adds; choose another name and say where the value stands with 'path: kafka_offset'
          seconds: bigint | dt: { type: date } | line 6: columns.dt has the name of a column that Tidemark adds; choose another name and say where the value stands with 'path: dt'
          seconds: bigint | Seconds: bigint | line 6: columns.Seconds is not a column name; use lower-case letters, digits and underscores
          seconds: bigint | event_id: bigint | line 6: columns.event_id is written twice, first in line 4; keep one of them
          column: event_time | column: event_tim | line 8: event-time.column: 'event_tim' is not a declared column; did you mean 'event_time'?
          column: event_time | column: event_id | line 5: columns.event_time may only be the event time; declare 'event-time: { column: event_time }' or choose another name; line 8: event-time.column: 'event_id' is not a required timestamp; declare 'event_id: { type: timestamp, required: true }'
          timestamp, required: true | timestamp | line 8: event-time.column: 'event_time' is not a required timestamp; declare 'event_time: { type: timestamp, required: true }'
          column: event_time | column: event_time, not-before: 2000 | line 8: event-time.not-before: '2000' is not a date; write year-month-day, such as 2000-01-01
          column: event_time | column: event_time, max-ahead: -1 day | line 8: event-time.max-ahead: '-1 day' is not a duration; write a whole number and a unit (milliseconds, seconds, minutes, hours, days), such as 2 hours
          output: ods.event | output: event | line 9: output: 'event' is not a table; write layer.name in lower case with underscores, dwd.reading_event for example
          output: ods.event | output: gold.event | `line 9: output: 'gold.event' is in no declared layer; use one of ods, dwd, dwm, dws, ads, dim, ops`
          """)
  void isRefused(String written, String instead, String problem) {
    String broken = Project.INGEST.replace(written, instead.replace("\\n", "\n"));
    assertThat(broken).isNotEqualTo(Project.INGEST);
    Project project = new Project(root).with("jobs/a_ods.yml", broken);
    project.without("jobs/b_dwd.yml").without("jobs/c_dws.yml");
    assertThat(String.join("; ", project.problems()).replace("conf/jobs/a_ods.yml > ", ""))
        .isEqualTo(problem);
  }
}
