package io.tidemark.tests.reconcile;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.reconciliation.plan.CausePart;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.JobResult;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.time.LocalDate;

/**
 * A day of which nearly every row differs, compared and explained in this JVM: {@code FOLDER KEYS}.
 * Prints a line that begins with {@link #RESULT}.
 */
final class ManyKeysMain {
  static final String RESULT = "result: ";
  private static final LocalDate DAY = FaultyWeek.FIRST;

  /** One row of so many is left as it was. */
  private static final int EQUAL = 11;

  private ManyKeysMain() {}

  public static void main(String[] arguments) {
    FaultLake test = new FaultLake(Path.of(arguments[0]));
    long rows = Long.parseLong(arguments[1]) * EQUAL / (EQUAL - 1);
    test.sql("CREATE NAMESPACE IF NOT EXISTS dim");
    test.sql("CREATE TABLE dim.content (id STRING, cat STRING) USING iceberg");
    Range day = new Range(DAY, DAY);
    test.ingestRange(rows, DAY);
    test.catchUpRows();
    test.seal(day);
    test.batchRows(day);
    test.sql("DELETE FROM dwd.e WHERE kafka_offset %% %d <> 0", EQUAL);
    long before = System.nanoTime();
    DayResult result =
        test.reconciliation()
            .compare(DAY, test.reconciliation().pin(test.compared().subList(0, 1), day).get(DAY));
    long seconds = (System.nanoTime() - before) / 1_000_000_000;
    JobResult job = result.jobs().get(0);
    StringBuilder line =
        new StringBuilder(RESULT + job.differing() + " of " + job.keys() + " keys");
    for (CausePart part : job.explanation().of("rows")) {
      line.append(", %s %d".formatted(part.cause().text(), part.keys()));
    }
    System.out.printf(
        "%s; %d s, heap at most %d of %d MiB%n",
        line, seconds, peak() >> 20, Runtime.getRuntime().maxMemory() >> 20);
    test.lake.spark().stop();
  }

  private static long peak() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(java.lang.management.MemoryUsage::getUsed)
        .sum();
  }
}
