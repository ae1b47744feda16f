package io.tidemark.jobs.run;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one micro-batch did. The same counts stand in the summary of its snapshot.
 *
 * @param job name of the job
 * @param batch number of the micro-batch
 * @param read messages or rows read
 * @param written rows written to the output
 * @param deadLetters messages that could not be read as declared
 * @param dropped rows that the SQL filtered out or whose key was there before
 * @param late rows left to the batch
 * @param pending rows of days whose cut is fixed
 */
public record MicroBatchReport(
    String job,
    long batch,
    long read,
    long written,
    long deadLetters,
    long dropped,
    long late,
    long pending) {

  /** The counts as properties of a snapshot's summary. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("tidemark.rows-read", Long.toString(read));
    facts.put("tidemark.dead-letters", Long.toString(deadLetters));
    facts.put("tidemark.dropped", Long.toString(dropped));
    facts.put("tidemark.late", Long.toString(late));
    facts.put("tidemark.pending", Long.toString(pending));
    return facts;
  }
}
