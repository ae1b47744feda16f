package io.tidemark.compaction.health;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;

/** Adds up the files of one partition, in the same memory however many there are. */
final class PartitionTally {
  private final CommitLog log;
  private final long smallBound;
  private final SizeHistogram sizes = new SizeHistogram();
  private final RecentWrites writes = new RecentWrites();
  private final Overlap overlap = new Overlap();
  private long newest = -1;
  private long files;
  private long bytes;
  private long records;
  private long smallFiles;
  private long smallBytes;
  private long warmFiles;
  private long warmBytes;
  private DeleteStats deletes = DeleteStats.NONE;

  PartitionTally(CommitLog log, long smallBound) {
    this.log = log;
    this.smallBound = smallBound;
  }

  /** Adds a file that is not at the cold location. */
  void addWarm(DataFile file) {
    warmFiles++;
    warmBytes += file.fileSizeInBytes();
  }

  void add(DataFile file) {
    long size = file.fileSizeInBytes();
    files++;
    bytes += size;
    records += file.recordCount();
    if (size < smallBound) {
      smallFiles++;
      smallBytes += size;
    }
    sizes.add(size);
    touched(file);
  }

  void add(DataFile file, SortColumn sort) {
    add(file);
    overlap.add(sort.lower(file), sort.upper(file));
  }

  void add(DeleteFile file) {
    boolean isEquality = file.content() == FileContent.EQUALITY_DELETES;
    boolean isVector = file.format() == FileFormat.PUFFIN;
    boolean isPosition = !isEquality && !isVector;
    long rows = file.recordCount();
    // Several vectors share a file: each is counted with its own part of it.
    long size = isVector ? file.contentSizeInBytes() : file.fileSizeInBytes();
    deletes =
        new DeleteStats(
            deletes.positionFiles() + (isPosition ? 1 : 0),
            deletes.positionRows() + (isPosition ? rows : 0),
            deletes.equalityFiles() + (isEquality ? 1 : 0),
            deletes.equalityRows() + (isEquality ? rows : 0),
            deletes.vectors() + (isVector ? 1 : 0),
            deletes.vectorRows() + (isVector ? rows : 0),
            deletes.bytes() + size);
    touched(file);
  }

  private void touched(ContentFile<?> file) {
    long sequence = file.fileSequenceNumber() == null ? 0 : file.fileSequenceNumber();
    newest = Math.max(newest, sequence);
    if (log.isWrite(sequence)) {
      writes.add(sequence);
    }
  }

  /**
   * What was added up.
   *
   * @param zone of the business day, where the table has a cold location; {@code null} otherwise
   */
  PartitionHealth health(String path, LocalDate day, ZoneId zone) {
    List<Instant> times = new ArrayList<>();
    for (long sequence : writes.newestFirst()) {
      Instant at = log.timeOf(sequence);
      if (times.isEmpty() || !times.get(times.size() - 1).equals(at)) {
        times.add(at);
      }
    }
    Instant lastWrite = times.isEmpty() ? log.timeOf(newest) : times.get(0);
    Instant since = day == null || zone == null ? lastWrite : endOf(day, zone);
    return new PartitionHealth(
        path,
        day,
        new DataFileStats(files, bytes, records, sizes.median(), smallFiles, smallBytes),
        deletes,
        overlap.mean(),
        times,
        lastWrite,
        zone == null ? null : new ColdStats(since, warmFiles, warmBytes));
  }

  private static Instant endOf(LocalDate day, ZoneId zone) {
    return day.plusDays(1).atStartOfDay(zone).toInstant();
  }
}
