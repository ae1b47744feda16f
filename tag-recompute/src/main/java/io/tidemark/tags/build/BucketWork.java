package io.tidemark.tags.build;

import io.tidemark.tags.history.Piece;
import io.tidemark.tags.plan.BucketPlan;
import io.tidemark.tags.table.PlainFile;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What is to be made of a bucket, and the files that this takes.
 *
 * @param plan what becomes of its pieces
 * @param directory files with the numbers of its users
 * @param merged those of them that are put into one
 * @param blocks the files of the pieces that the plan needs
 */
record BucketWork(
    int bucket,
    BucketPlan plan,
    List<PlainFile> directory,
    List<PlainFile> merged,
    Map<Piece, List<PlainFile>> blocks)
    implements Serializable {}
