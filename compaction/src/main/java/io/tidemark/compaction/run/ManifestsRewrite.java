package io.tidemark.compaction.run;

import io.tidemark.compaction.retain.ManifestRewrite;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;

/** Writes the small manifests of a table anew, as a vacuum does. */
final class ManifestsRewrite implements GroupRewrite {
  private final ManifestRewrite manifests;

  ManifestsRewrite(Table table, long from) {
    this.manifests = new ManifestRewrite(table.name(), table, from);
  }

  @Override
  public boolean rewrite(List<FileScanTask> files, String token) {
    return manifests.rewrite(Map.of(PROPERTY, token));
  }
}
