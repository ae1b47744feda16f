package io.tidemark.tests.catalog;

import io.tidemark.tests.servers.IcebergRest;
import io.tidemark.tests.servers.SharedServers;
import java.nio.file.Path;

/** The contract on a server of Iceberg's REST protocol. */
class RestCatalogTest extends CatalogContract {
  @Override
  String catalog(Path home) {
    IcebergRest server = SharedServers.icebergRest();
    return """
        name: rest_lake
        type: rest
        uri: %s
        warehouse: "%s"
        """
        .formatted(server.uri(), server.warehouse());
  }
}
