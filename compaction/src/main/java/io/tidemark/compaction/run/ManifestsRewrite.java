package io.tidemark.compaction.run;

import io.tidemark.compaction.plan.Group;
import io.tidemark.compaction.retain.ManifestRewrite;
import java.util.Map;
import org.apache.iceberg.Table;

/** Writes the small manifests of a table anew, as a vacuum does. */
final class ManifestsRewrite implements GroupRewrite {
  private final ManifestRewrite manifests;

  ManifestsRewrite(Table table) {
    this.manifests = new ManifestRewrite(table.name(), table);
  }

  @Override
  public boolean rewrite(Group group, String token) {
    return manifests.rewrite(Map.of(PROPERTY, token));
  }
}
