package io.tidemark.tags.attribute;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * What the tasks of a run have done, and how many nanoseconds of theirs it took. A task that was
 * run twice counts twice: these are measurements, which no result depends on.
 *
 * @param userDaysRead user-days that were decoded
 * @param read nanoseconds of that
 * @param userDaysAdded user-days that were added up, a taking away and an adding each
 * @param add nanoseconds of that
 * @param serve nanoseconds of bringing cells together and writing them
 * @param old nanoseconds of reading the results that were there
 */
record RunMeter(
    LongAccumulator userDaysRead,
    LongAccumulator read,
    LongAccumulator userDaysAdded,
    LongAccumulator add,
    LongAccumulator serve,
    LongAccumulator old)
    implements Serializable {
  /** Nothing done yet. */
  static RunMeter of(SparkContext spark) {
    return new RunMeter(
        spark.longAccumulator(),
        spark.longAccumulator(),
        spark.longAccumulator(),
        spark.longAccumulator(),
        spark.longAccumulator(),
        spark.longAccumulator());
  }

  /** Counts the work of a bucket: a stop-watch that two hands share. */
  static final class Bucket {
    private final RunMeter meter;
    private final long begun = System.nanoTime();
    private long read;
    private long added;
    private long adding;

    Bucket(RunMeter meter) {
      this.meter = meter;
    }

    /** A block was read. */
    void read(int userDays) {
      read += userDays;
    }

    /** Adds up so many user-days. */
    void add(int userDays, Runnable adding) {
      long start = System.nanoTime();
      adding.run();
      this.adding += System.nanoTime() - start;
      added += userDays;
    }

    /** The bucket is done. */
    void end() {
      meter.userDaysRead.add(read);
      meter.userDaysAdded.add(added);
      meter.add.add(adding);
      meter.read.add(System.nanoTime() - begun - adding);
    }
  }
}
