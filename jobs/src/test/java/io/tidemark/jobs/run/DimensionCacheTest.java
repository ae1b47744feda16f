package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Project;
import io.tidemark.jobs.spec.TransformSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Table;
import org.apache.iceberg.events.Listeners;
import org.apache.iceberg.events.ScanEvent;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stream reads of a dimension from one micro-batch to the next. */
@Tag("any-zone")
class DimensionCacheTest {
  private static final AtomicInteger SCANS = new AtomicInteger();

  static {
    // Nobody can take a listener away again; other tables are not counted.
    Listeners.register(
        event -> {
          if (event.tableName().endsWith("dim.item")) {
            SCANS.incrementAndGet();
          }
        },
        ScanEvent.class);
  }

  @TempDir Path root;
  private MessageLake lake;
  private IngestSpec events;
  private TransformStep step;
  private Long read;

  private static Project project(Project project, int cacheRows) {
    return project
        .with(
            "jobs/a_ods.yml",
            """
            job: ods_event
            topic: event
            columns: { item_id: int, shop: string, event_time: { type: timestamp, required: true, format: iso-8601 } }
            event-time: { column: event_time }
            output: ods.event
            """)
        .with(
            "jobs/b_dwd.yml",
            """
            job: dwd_event
            input: ods.event
            sql: event.sql
            lookup:
              item:
                table: dim.item
                key: { id: item_id, shop: shop }
                columns: { name: string }
                cache-rows: %d
            output: dwd.event
            """
                .formatted(cacheRows))
        .with(
            "jobs/c_dws.yml",
            """
            job: dws_event_1d
            input: dwd.event
            dimensions: [name]
            window: 1 day
            lateness: unlimited
            metrics: { pv: { count: "*" } }
            output: dws.event_1d
            """)
        .with("jobs/event.sql", "SELECT item_id, item.name AS name, source.* FROM input");
  }

  private void open(int cacheRows) {
    lake = new MessageLake(root, each -> project(each, cacheRows));
    // What steps of other tests have kept is not looked at.
    lake.lake.spark().catalog().clearCache();
    lake.lake.spark().sql("CREATE NAMESPACE dim");
    lake.lake
        .spark()
        .sql("CREATE TABLE dim.item (name STRING, shop STRING, id BIGINT) USING iceberg");
    events = lake.ingest("ods_event");
    TransformSpec job = (TransformSpec) lake.jobs.job("dwd_event");
    lake.tables.ensure(job);
    JobSession session = new JobSession(lake.lake);
    step =
        new TransformStep(
            session,
            job,
            Map.of(
                events.output(),
                session.lake().known(events.output(), lake.lake.load(events.output()).schema())),
            Histories.none(session),
            session.lake().known(job.output(), lake.lake.load(job.output()).schema()),
            Lookups.keeping(session, job, lake.tables.inputSchemas(job)),
            new WaitingRows(session, job, List.of(events.output())));
  }

  @Test
  void aDimensionThatFitsIsReadOnceAVersion() {
    open(3);
    load("('a', 's', 1), ('b', 's', 2), ('c', 's', 3)");
    assertThat(microBatch(1, 2)).containsExactly("[1,a]", "[2,b]");
    assertThat(counts).isEqualTo(new LookupCounts(2, 2, 0));
    int scans = SCANS.get();
    assertThat(microBatch(1, 9, null)).containsExactly("[1,a]", "[9,null]", "[null,null]");
    assertThat(counts).isEqualTo(new LookupCounts(2, 1, 2));
    assertThat(SCANS.get()).as("the dimension is not read").isEqualTo(scans);

    load("('A', 's', 1), ('B', 's', 2)");
    assertThat(lake.rows("SELECT name FROM dim.item ORDER BY id"))
        .as("others are not served what is kept")
        .containsExactly("[A]", "[B]");
    assertThat(microBatch(1, 3)).containsExactly("[1,A]", "[3,null]");
    assertThat(counts).isEqualTo(new LookupCounts(2, 1, 0));
    step.close();
    assertThat(lake.lake.spark().sharedState().cacheManager().isEmpty()).isTrue();
  }

  @Test
  void ofALargerOneTheKeysThatWereAskedForLastAreKept() {
    open(3);
    load("('a', 's', 1), ('b', 's', 2), ('c', 's', 3), ('d', 's', 4), ('e', 't', 1)");
    assertThat(microBatch(1, 1, 2)).containsExactly("[1,a]", "[1,a]", "[2,b]");
    assertThat(counts).isEqualTo(new LookupCounts(3, 3, 0));
    int scans = SCANS.get();
    assertThat(microBatch(1, 2, null)).containsExactly("[1,a]", "[2,b]", "[null,null]");
    assertThat(counts).isEqualTo(new LookupCounts(2, 2, 2));
    assertThat(SCANS.get()).as("all keys are known").isEqualTo(scans);

    assertThat(microBatch(2, 9, 9)).containsExactly("[2,b]", "[9,null]", "[9,null]");
    assertThat(counts).isEqualTo(new LookupCounts(3, 1, 1));
    assertThat(microBatch(9)).containsExactly("[9,null]");
    assertThat(counts)
        .as("that there is nothing is known, too")
        .isEqualTo(new LookupCounts(1, 0, 1));
    assertThat(microBatch(3)).containsExactly("[3,c]");
    assertThat(microBatch(1)).as("given up for others").containsExactly("[1,a]");
    assertThat(counts.cached()).isZero();

    assertThat(microBatch(1, 2, 3, 4)).containsExactly("[1,a]", "[2,b]", "[3,c]", "[4,d]");
    assertThat(counts).as("more keys than may be kept").isEqualTo(new LookupCounts(4, 4, 0));
    load("('A', 's', 1), ('b', 's', 2), ('c', 's', 3), ('d', 's', 4)");
    assertThat(microBatch(1)).containsExactly("[1,A]");
    assertThat(counts.cached()).isZero();
  }

  private LookupCounts counts;

  private List<String> microBatch(Integer... items) {
    List<Row> messages = new ArrayList<>();
    for (Integer item : items) {
      messages.add(
          lake.message(
              events,
              0,
              "{\"item_id\": %s, \"shop\": \"s\", \"event_time\": \"%s\"}"
                  .formatted(item, MessageLake.TIME)));
    }
    lake.ingest(events, messages.toArray(Row[]::new));
    Table input = lake.lake.load(events.output());
    InputRange range = InputRange.after(input, read, Long.MAX_VALUE).orElseThrow();
    TableName name = events.output();
    InputPositions before = new InputPositions(new TreeMap<>());
    if (read != null) {
      before = new InputPositions(new TreeMap<>(Map.of(name.toString(), read)));
    }
    HopStep.Result result =
        step.rows(Map.of(name, range), before, before.after(Map.of(name.toString(), range)));
    read = range.to();
    counts = result.lookups().get("item");
    return result.output().select("item_id", "name").collectAsList().stream()
        .map(Row::toString)
        .sorted()
        .toList();
  }

  private void load(String values) {
    lake.lake.spark().sql("INSERT OVERWRITE dim.item VALUES " + values);
  }
}
