package io.tidemark.tests.catalog;

import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.servers.SharedServers;
import java.nio.file.Path;
import java.sql.SQLException;

/** The contract on a Hive Metastore. */
class HiveCatalogTest extends CatalogContract {
  @Override
  String catalog(Path home) {
    return """
        name: hive_lake
        type: hive
        uri: %s
        warehouse: "%s"
        """
        .formatted(SharedServers.hiveMetastore().uri(), home.resolve("warehouse").toUri());
  }

  /** Trino reads no Iceberg view on a Hive Metastore, but one of its own with the same text. */
  @Override
  String viewInTrino(JobSpec job) throws SQLException {
    String view = "hive_lake." + job.output().withSuffix("_t");
    trino("CREATE VIEW " + view + " AS " + textInTrino(job));
    return view;
  }
}
