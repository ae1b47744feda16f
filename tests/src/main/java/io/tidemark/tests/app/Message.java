package io.tidemark.tests.app;

/**
 * A message as a topic receives it.
 *
 * @param key the user, so that what one user does stays in order
 * @param value may be {@code null} or anything but JSON
 * @param timestampMillis when it arrived
 */
public record Message(String topic, byte[] key, byte[] value, long timestampMillis) {}
