package io.tidemark.jobs.sink;

/**
 * One micro-batch of a sink.
 *
 * @param snapshot of the input up to which its rows were computed
 * @param version that snapshot's sequence number, which every row carries
 * @param whole whether its rows are all there are: what is there beside them goes
 */
public record SinkStep(long snapshot, long version, boolean whole) {}
