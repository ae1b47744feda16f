package io.tidemark.jobs.spec;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * Which column says when an event happened, and which times cannot be.
 *
 * @param column a required column of type timestamp; of a change log {@code event_time}, which is
 *     when the change was committed
 * @param notBefore an earlier time is impossible
 * @param maxAhead a time further ahead of the broker's record timestamp is impossible
 */
public record EventTimeSpec(String column, Instant notBefore, Duration maxAhead)
    implements Serializable {}
