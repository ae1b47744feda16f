package io.tidemark.tests.catalog;

import java.nio.file.Path;

/** The contract on files of one machine. */
class EmbeddedCatalogTest extends CatalogContract {
  @Override
  String catalog(Path home) {
    return """
        name: embedded_lake
        type: embedded
        warehouse: "%s"
        """
        .formatted(home.resolve("warehouse"));
  }
}
