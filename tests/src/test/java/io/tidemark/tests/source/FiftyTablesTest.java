package io.tidemark.tests.source;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.tests.servers.PostgreSql;
import io.tidemark.tests.servers.SharedServers;

/** Fifty tables of a PostgreSQL by a server of this machine's own package. */
class FiftyTablesTest extends FiftyTablesContract {
  @Override
  String source() {
    return "shop";
  }

  @Override
  String database() {
    boolean installed = PostgreSql.isInstalled();
    if (!installed) {
      System.out.println("FiftyTablesTest: not run: " + PostgreSql.NOT_INSTALLED);
    }
    assumeTrue(installed, PostgreSql.NOT_INSTALLED);
    return SharedServers.postgreSql().createDatabase(source());
  }
}
