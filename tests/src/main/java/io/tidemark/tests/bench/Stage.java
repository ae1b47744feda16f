package io.tidemark.tests.bench;

/**
 * A part of a side's work.
 *
 * @param name what it is
 * @param work does it
 */
record Stage(String name, Runnable work) {}
