package io.tidemark.tests.catalog;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.tests.servers.PostgreSql;
import io.tidemark.tests.servers.SharedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The contract on a PostgreSQL database, by a server of this machine's own package. */
class PostgresCatalogTest extends CatalogContract {
  @Override
  String catalog(Path home) {
    boolean installed = PostgreSql.isInstalled();
    if (!installed) {
      System.out.println("PostgresCatalogTest: not run: " + PostgreSql.NOT_INSTALLED);
    }
    assumeTrue(installed, PostgreSql.NOT_INSTALLED);
    return onDatabase(home, "postgres_lake", SharedServers.postgreSql().createDatabase("contract"));
  }

  /** The catalog's lines; the password is in a file, as a secret is. */
  static String onDatabase(Path home, String name, String uri) {
    Path password = home.resolve("password");
    try {
      Files.writeString(password, PostgreSql.PASSWORD + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return """
        name: %s
        type: jdbc
        uri: %s
        warehouse: "%s"
        user: %s
        password: ${file:%s}
        """
        .formatted(name, uri, home.resolve("warehouse"), PostgreSql.USER, password);
  }
}
