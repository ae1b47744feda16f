package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.DeclaredValue;
import io.tidemark.catalog.config.Section;
import java.util.List;

/**
 * A sink's file after it was read by itself.
 *
 * @param section what is written, for messages
 * @param spec {@code null} when the file has problems of its own
 * @param declared every value that holds, and where it comes from
 */
record SinkFile(Section section, SinkSpec spec, List<DeclaredValue> declared) {}
