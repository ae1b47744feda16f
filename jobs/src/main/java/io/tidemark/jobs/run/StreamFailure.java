package io.tidemark.jobs.run;

import java.time.Duration;
import java.util.Optional;

/**
 * Why the stream of a job ended, and whether it is begun again.
 *
 * @param cause what it failed of
 * @param restarts how often it was begun again before, in a row
 * @param again how long it waits before it is begun again; nothing when it is given up
 */
public record StreamFailure(Throwable cause, long restarts, Optional<Duration> again) {}
