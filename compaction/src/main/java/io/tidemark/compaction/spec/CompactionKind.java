package io.tidemark.compaction.spec;

import io.tidemark.catalog.config.ConfigurationReference.FileKind;
import io.tidemark.catalog.config.Problems;
import io.tidemark.jobs.spec.DeclarationKind;
import java.nio.file.Path;
import java.util.List;

/** The files below {@code conf/compaction}, as a part of the configuration. */
public final class CompactionKind implements DeclarationKind<CompactionPolicy> {
  @Override
  public Class<CompactionPolicy> type() {
    return CompactionPolicy.class;
  }

  @Override
  public String plural() {
    return "compaction policies";
  }

  @Override
  public FileKind reference() {
    return new FileKind(
        "Compaction of a table: `conf/compaction/**.yml`",
        "When files of a table are worth rewriting, and what that may cost; read by"
            + " `./tidemark tables health`, `./tidemark tables due` and `./tidemark compact`. See"
            + " [compaction](compaction.md). A table without a file has all defaults, and the"
            + " folder may be left out.",
        CompactionKeys.KEYS);
  }

  @Override
  public List<CompactionPolicy> read(Path confDir, Known known, Problems problems) {
    return PolicyReader.read(confDir, problems);
  }
}
