package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecHashTest {
  @TempDir Path root;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a_ods.yml | topic: event | topic: events | true
          a_ods.yml | seconds: bigint | seconds: int | true
          a_ods.yml | source.channel | channel | true
          a_ods.yml | column: event_time | column: event_time, max-ahead: 2 days | true
          a_ods.yml | topic: event | {topic: event, owner: us, description: it, start: latest} | false
          a_ods.yml | topic: event | {topic: event, freshness: 1 hour} | false
          b_dwd.yml | [event_id] | [event_id, channel] | true
          b_dwd.yml | output: dwd.event | {output: dwd.event, reconcile: {rows: 0}, owner: us} | false
          b_dwd.yml | output: dwd.event | {output: dwd.event, lookup: {p: {table: dim.p,key: {id: channel},columns: {n: int}}}} | true
          event.sql | channel | lower(channel) AS channel | true
          event.sql | channel | 'Channel' | true
          event.sql | channel, | channel /* why */,    -- so | false
          c_dws.yml | 2 hours | 3 hours | true
          c_dws.yml | 2 hours | 120 minutes | false
          c_dws.yml | sum: seconds | max: seconds | true
          c_dws.yml | [channel] | [] | true
          """)
  void changesWithTheAnswerOnly(String file, String written, String instead, boolean changes) {
    Project project = new Project(root);
    String before = hashes(project);
    String text =
        switch (file) {
          case "a_ods.yml" -> Project.INGEST;
          case "b_dwd.yml" -> Project.TRANSFORM;
          case "event.sql" -> Project.SQL;
          default -> Project.AGGREGATE;
        };
    String replacement =
        instead.startsWith("{")
            ? instead.substring(1, instead.length() - 1).replace(", ", "\n")
            : instead.replace("-- so", "-- so\n");
    assertThat(text).contains(written);
    String after = hashes(project.with("jobs/" + file, text.replace(written, replacement)));
    assertThat(!after.equals(before)).isEqualTo(changes);
  }

  @Test
  void isTheSameOnEveryMachine() {
    // A change of these digits makes every table's definition look changed: it needs a reason.
    assertThat(hashes(new Project(root)))
        .isEqualTo("9932a951ec9583f8 b1514144c09af206 ac00be26a6fdaf9c");
  }

  private static String hashes(Project project) {
    return String.join(" ", project.read().jobs().jobs().stream().map(SpecHash::of).toList());
  }
}
