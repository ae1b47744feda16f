/**
 * Servers that tests start: real ones, each in a process of its own with a class path of its own
 * (see {@code tests/servers}), once per JVM, and ended with it.
 */
package io.tidemark.tests.servers;
