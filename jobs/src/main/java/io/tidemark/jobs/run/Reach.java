package io.tidemark.jobs.run;

/**
 * What a micro-batch read, and where its rows are.
 *
 * @param from how far the job had read before, as its marker says it; empty before the first
 * @param to how far it has read since
 * @param snapshot the snapshot of the output that holds its rows; of a sink, that of the input
 *     which its rows are as of
 */
public record Reach(String from, String to, long snapshot) {}
