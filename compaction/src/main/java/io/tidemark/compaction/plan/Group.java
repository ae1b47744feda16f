package io.tidemark.compaction.plan;

/**
 * Files that are rewritten by one commit. Sizes are even shares of what is rewritten of the
 * partition: which files they are is settled when they are rewritten.
 *
 * @param number from 1, in its rewrite
 * @param files files that go
 * @param filesFewer by how many files a query opens less
 * @param bytes bytes of the data files that go
 * @param bytesFewer by how many bytes a query reads less
 * @param seconds expected
 */
public record Group(
    int number, long files, long filesFewer, long bytes, long bytesFewer, double seconds) {}
