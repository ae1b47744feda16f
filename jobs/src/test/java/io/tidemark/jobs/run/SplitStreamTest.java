package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a reader of a split does with its tables, apart from reading. */
class SplitStreamTest {
  @TempDir Path root;

  /** Its job is the one that the message about lost messages has to name. */
  @Test
  void theTableThatIsFurthestBackIsFound() {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("ods"));
    SplitTable click = table(catalog, "click", "{\"0\":5,\"1\":9}");
    SplitTable pay = table(catalog, "pay", "{\"0\":5,\"1\":2}");
    SplitTable share = table(catalog, "share", "{\"0\":6,\"1\":9}");

    assertThat(SplitStream.furthestBack(List.of(click, pay, share))).isSameAs(pay);
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void writersThatAreInterruptedAreWaitedFor() throws InterruptedException {
    CountDownLatch writes = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicBoolean written = new AtomicBoolean();
    AtomicBoolean writtenAtTheEnd = new AtomicBoolean();
    Runnable commit =
        () -> {
          writes.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            // As a commit does that has reached the catalog: it takes a moment to notice.
            await(mayEnd);
            written.set(true);
          }
        };
    Thread microBatch =
        new Thread(
            () -> {
              try {
                SplitStream.inParallel(List.of(commit));
              } catch (InterruptedException e) {
                writtenAtTheEnd.set(written.get());
              }
            });
    microBatch.start();
    writes.await();
    microBatch.interrupt();
    while (microBatch.getState() != Thread.State.TIMED_WAITING && microBatch.isAlive()) {
      Thread.onSpinWait();
    }
    mayEnd.countDown();
    microBatch.join();

    assertThat(writtenAtTheEnd).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted twice", e);
    }
  }

  private SplitTable table(InMemoryCatalog catalog, String topic, String offsets) {
    IngestSpec job =
        (IngestSpec)
            new Project(root)
                .with(
                    "jobs/" + topic + ".yml",
                    "job: ods_%1$s\nextends: ods_event\ntopic: %1$s\noutput: ods.%1$s\n"
                        .formatted(topic))
                .read()
                .jobs()
                .job("ods_" + topic);
    Table ods =
        catalog.createTable(
            TableIdentifier.of("ods", topic), SparkSchemaUtil.convert(JobTables.odsSchema(job)));
    Table letters =
        catalog.createTable(
            TableIdentifier.of("ods", topic + "_dead_letter"),
            SparkSchemaUtil.convert(JobTables.deadLetterSchema()));
    Commits.takeOver(ods, job.name(), "none", "{\"" + topic + "\":" + offsets + "}");
    return new SplitTable(job, ods, letters, MicroBatchListener.SILENT);
  }
}
