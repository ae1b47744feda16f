package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Section;

/**
 * A view's file after it was read by itself.
 *
 * @param section what is written, for messages
 * @param spec {@code null} when the file has problems of its own
 */
record ViewFile(Section section, ViewSpec spec) {
  /** What is written of the shape. */
  Section shape() {
    return ViewKeys.SHAPES.stream()
        .filter(section::has)
        .findFirst()
        .map(section::get)
        .orElseThrow();
  }
}
