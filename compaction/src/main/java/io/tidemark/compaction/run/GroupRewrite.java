package io.tidemark.compaction.run;

import java.util.List;
import org.apache.iceberg.FileScanTask;

/** A way to rewrite files, group by group, each in a commit of its own. */
interface GroupRewrite {
  /** A property of its commits, whose value no other commit has. */
  String PROPERTY = "tidemark.compaction";

  /**
   * Rewrites a group and commits it.
   *
   * @param files the group's files; none where manifests are rewritten
   * @param token the value of {@link #PROPERTY} in its commit
   * @return false when nothing of it is there to be rewritten any more
   */
  boolean rewrite(List<FileScanTask> files, String token);
}
