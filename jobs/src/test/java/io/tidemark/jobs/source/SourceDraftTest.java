package io.tidemark.jobs.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceDraftTest {
  private final SourceDraft draft = new SourceDraft("scan", "scan.v1");

  @Test
  void everyFieldBecomesTheColumnThatTakesAllItsValues() {
    see(
        """
        {"id":"a","n":1,"price":1,"ok":true,"big":1,"mixed":"x","device":{"osVersion":"9"},"dt":"2026-01-15","created_at":1768437000,"eventTime":1768437000000,"tags":["a"],"odd name":1,"odd.name":1,"either":1,"note":"2026-01-15"}
        """);
    see(
        """
        {"id":"b","price":1.5,"ok":false,"big":12345678901234567890,"mixed":7,"device":{"osVersion":null},"dt":"2026-01-16","created_at":1768437001,"eventTime":1768437000001,"either":{"inside":2},"note":"x"}
        """);
    see(
        "{\"id\":\"c\",\"mixed\":\"y\",\"dt\":\"2026-01-17\",\"created_at\":1768437001,\"eventTime\":1768437000001}");
    see("no JSON");
    see("[1]");

    assertThat(draft.messages()).isEqualTo(3);
    assertThat(draft.eventTime()).contains("eventTime");
    assertThat(draft.job("eventTime"))
        .isEqualTo(
            """
            # Suggested by 3 messages; review every line.
            # 2 more were no JSON objects and would be dead letters.
            job: ods_scan
            description: ""   # what a row is, in a sentence
            owner: ""         # who answers for it
            topic: scan.v1
            start: earliest   # or latest, { day: ... }, { timestamp: ... }
            columns:
              id: { type: string, required: true }
              n: bigint   # in 1 of 3
              price: double   # in 2 of 3; decimal(p,s) when it has to be exact, as money
              ok: boolean   # in 2 of 3
              big: decimal(38,0)   # in 2 of 3
              mixed: string   # 1 values are of another type: dead letters
              device_os_version: { type: string, path: device.osVersion }   # in 1 of 3
              payload_dt: { type: date, required: true, path: dt }
              created_at: { type: timestamp, format: epoch-seconds, required: true }
              event_time: { type: timestamp, format: epoch-millis, required: true, path: eventTime }
              odd_name: { type: bigint, path: "odd name" }   # in 1 of 3
              note: string   # in 2 of 3
              either_inside: { type: bigint, path: either.inside }   # in 1 of 3
              # left out, because no column can hold it: odd.name
              # left out, because no column can hold it: tags
              # left out, because no column can hold it: either
            event-time: { column: event_time }
            output: ods.scan
            """);
  }

  @Test
  void aNumberWhoseNameSaysNothingIsNoTime() {
    see("{\"id\":1768437000,\"at\":\"2026-01-15T08:00:00\",\"seen\":\"2026-01-15T08:00:00Z\"}");
    assertThat(draft.isTime("id")).isFalse();
    assertThat(draft.isTime("at")).as("a time without an offset").isFalse();
    assertThat(draft.eventTime()).contains("seen");
  }

  @Test
  void aTimeThatIsNotInEveryMessageIsNotTheEventTime() {
    see("{\"event_time\":1768437000000}");
    see("{}");
    assertThat(draft.eventTime()).isEmpty();
  }

  @Test
  void keysAreMentioned() {
    draft.see(bytes("k"), bytes("{\"event_time\":1768437000000}"));
    assertThat(draft.job("event_time"))
        .contains("  # message_key: { type: string, from: key }   # messages have keys\n");
  }

  @Test
  void aTopicIsDeclaredAsItIs() {
    assertThat(draft.topics(new TopicState(6, 3, Map.of())))
        .contains("  scan.v1:\n    partitions: 6 ", "    replication: 3\n");
    assertThat(draft.topics(null)).contains("'./tidemark topics apply' creates it");
  }

  private void see(String message) {
    draft.see(null, bytes(message.strip()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
