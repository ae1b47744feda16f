package io.tidemark.jobs.run;

import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import java.time.LocalDate;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Table;

/**
 * Cuts of an ODS table by which each row says itself whether it came before: by its {@code
 * ingest_batch}, which is at least a cut's number in every row that came behind it.
 */
final class DayCuts {
  private DayCuts() {}

  /**
   * The numbers of those of some days that are sealed.
   *
   * @param ods the table as it is after the rows asked about were read, so that no cut that they
   *     came behind is missing
   */
  static SortedMap<LocalDate, Long> of(IngestSpec job, Table ods, Collection<LocalDate> days) {
    SortedMap<LocalDate, Long> cuts = new TreeMap<>();
    for (LocalDate day : days) {
      Seals.cutOf(ods, day).ifPresent(snapshot -> cuts.put(day, number(job, ods, snapshot)));
    }
    return cuts;
  }

  /** Offsets that had been passed in all, which the next micro-batch has for its number. */
  private static long number(IngestSpec job, Table ods, long snapshot) {
    return TableState.asOf(ods, snapshot)
        .marker(job.name())
        .map(marker -> KafkaOffsets.parse(job.topic(), marker.position()).total() + marker.back())
        .orElse(0L);
  }
}
