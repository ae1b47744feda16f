package io.tidemark.jobs.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.jobs.run.LookupCounts;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.run.Reach;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MicroBatchLogTest {
  private static final Instant NOW = Instant.parse("2026-03-14T01:02:03Z");

  private final List<String> lines = new ArrayList<>();
  private final MicroBatchTimes times =
      new MicroBatchTimes(new MicroBatchLog(InstantSource.fixed(NOW), lines::add));

  @Test
  void eachCommittedMicroBatchIsAnObjectOnALine() throws IOException {
    run(
        new MicroBatchReport("ods_a", 7, 100, 90, 4, 3, 2, 1, 5),
        new Reach("{\"t\":{\"0\":1}}", "{\"t\":{\"0\":101}}", 8_000_000_000_000_000_001L));
    run(new MicroBatchReport("dwd_a", 8, 1, 1, 0, 0, 0, 0, 0), new Reach("", "42", 43));

    assertThat(lines).hasSize(2).allMatch(line -> !line.contains("\n"));
    JsonNode ods = new ObjectMapper().readTree(lines.get(0));
    assertThat(ods.get("at").asText()).isEqualTo("2026-03-14T01:02:03Z");
    assertThat(ods.get("job").asText()).isEqualTo("ods_a");
    assertThat(ods.get("batch").asLong()).isEqualTo(7);
    assertThat(List.of("read", "written", "dead_letters", "dropped", "ignored", "late", "pending"))
        .extracting(count -> ods.get(count).asLong())
        .containsExactly(100L, 90L, 4L, 3L, 2L, 1L, 5L);
    assertThat(ods.at("/from/t/0").asLong()).isEqualTo(1);
    assertThat(ods.at("/to/t/0").asLong()).isEqualTo(101);
    assertThat(ods.get("snapshot_id").asLong()).isEqualTo(8_000_000_000_000_000_001L);
    double parts =
        ods.get("write_seconds").asDouble()
            + ods.get("commit_seconds").asDouble()
            + ods.get("finish_seconds").asDouble();
    assertThat(ods.get("seconds").asDouble()).isBetween(parts - 0.0001, parts + 0.004);
    JsonNode dwd = new ObjectMapper().readTree(lines.get(1));
    assertThat(dwd.get("from").isNull()).as("nothing was read before").isTrue();
    assertThat(dwd.get("to").asLong()).isEqualTo(42);
  }

  @Test
  void ofLookupsItSaysHowManyFoundSomethingAndHowManyWereKept() throws IOException {
    SortedMap<String, LookupCounts> lookups = new TreeMap<>();
    lookups.put("depot", new LookupCounts(8, 6, 4));
    lookups.put("nobody", new LookupCounts(0, 0, 0));
    run(new MicroBatchReport("dwd_a", 8, 9, 9, 0, 0, 0, 0, 0, lookups), new Reach("41", "42", 43));

    JsonNode line = new ObjectMapper().readTree(lines.get(0));
    assertThat(line.get("lookups").toString())
        .isEqualTo(
            "{\"depot\":{\"rows\":8,\"found\":6,\"cached\":4,\"hit_rate\":0.5},"
                + "\"nobody\":{\"rows\":0,\"found\":0,\"cached\":0,\"hit_rate\":null}}");
  }

  @Test
  void whatWasInTheTableBeforeHasNoLine() {
    times.reached("ods_a", 7, Phase.STARTED);
    times.reached("ods_a", 7, Phase.FINISHED);

    assertThat(lines).isEmpty();
  }

  private void run(MicroBatchReport report, Reach reach) {
    times.reached(report.job(), report.batch(), Phase.STARTED);
    times.reached(report.job(), report.batch(), Phase.FILES_WRITTEN);
    times.reached(report.job(), report.batch(), Phase.COMMITTED);
    times.committed(report, reach);
    times.reached(report.job(), report.batch(), Phase.FINISHED);
  }
}
