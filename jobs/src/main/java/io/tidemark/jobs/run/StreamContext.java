package io.tidemark.jobs.run;

import io.tidemark.catalog.StreamSettings;

/** What all streams of a driver share. */
record StreamContext(StreamSettings settings, StopSignal stop, MicroBatchListener listener) {}
