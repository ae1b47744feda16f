package io.tidemark.tags.spec;

import io.tidemark.catalog.config.ConfigurationReference.FileKind;
import io.tidemark.catalog.config.Problems;
import io.tidemark.jobs.spec.DeclarationKind;
import java.nio.file.Path;
import java.util.List;

/** The files below {@code conf/tags}, as a part of the configuration. */
public final class HistoryKind implements DeclarationKind<HistorySpec> {
  @Override
  public Class<HistorySpec> type() {
    return HistorySpec.class;
  }

  @Override
  public String plural() {
    return "histories of users";
  }

  @Override
  public FileKind reference() {
    return new FileKind(
        "History of users: `conf/tags/**.yml`",
        "Days of every user, which `./tidemark tags` keeps and adds up by today's tags. See"
            + " [tags](tags.md). The folder may be left out.",
        HistoryKeys.KEYS);
  }

  @Override
  public List<HistorySpec> read(Path confDir, Known known, Problems problems) {
    return HistoryReader.read(confDir, known, problems);
  }
}
