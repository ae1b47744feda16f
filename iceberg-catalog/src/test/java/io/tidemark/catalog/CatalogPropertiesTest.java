package io.tidemark.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.CatalogSettings.Type;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Iceberg and Trino are told of each type of catalog. */
class CatalogPropertiesTest {
  private static final CatalogSettings EMBEDDED = CatalogSettings.embedded("lake", "/w");
  private static final CatalogSettings HIVE =
      new CatalogSettings(
          "lake", Type.HIVE, "thrift://m:1", "file:/w", null, null, Map.of("a", "b"));
  private static final CatalogSettings JDBC =
      new CatalogSettings(
          "lake", Type.JDBC, "jdbc:postgresql://h/d", "s3://b/w", "me", "hush", Map.of());

  @Test
  void ofEmbedded() {
    assertThat(CatalogProperties.of(EMBEDDED))
        .isEqualTo(
            Map.of(
                "type", "jdbc",
                "uri", "jdbc:sqlite:/w/catalog.db?busy_timeout=60000",
                "jdbc.schema-version", "V1",
                "warehouse", "file:/w"));
    assertThat(TrinoProperties.of(EMBEDDED))
        .isEqualTo(
            Map.of(
                "connector.name", "iceberg",
                "iceberg.catalog.type", "jdbc",
                "iceberg.jdbc-catalog.driver-class", "org.sqlite.JDBC",
                "iceberg.jdbc-catalog.connection-url", "jdbc:sqlite:/w/catalog.db",
                "iceberg.jdbc-catalog.catalog-name", "lake",
                "iceberg.jdbc-catalog.default-warehouse-dir", "file:/w",
                "fs.local.enabled", "true",
                "local.location", "/"));
  }

  @Test
  void ofHive() {
    assertThat(CatalogProperties.of(HIVE))
        .isEqualTo(
            Map.of(
                "type", "hive",
                "uri", "thrift://m:1",
                "warehouse", "file:/w",
                "hadoop.iceberg.engine.hive.lock-enabled", "true",
                "hadoop.hive.metastore.client.socket.timeout", "60s",
                "a", "b"));
    assertThat(TrinoProperties.of(HIVE))
        .isEqualTo(
            Map.of(
                "connector.name", "iceberg",
                "iceberg.catalog.type", "hive_metastore",
                "hive.metastore.uri", "thrift://m:1",
                "fs.local.enabled", "true",
                "local.location", "/"));
  }

  @Test
  void ofJdbc() {
    assertThat(CatalogProperties.of(JDBC))
        .isEqualTo(
            Map.of(
                "type", "jdbc",
                "uri", "jdbc:postgresql://h/d",
                "warehouse", "s3://b/w",
                "jdbc.schema-version", "V1",
                "jdbc.connectTimeout", "10",
                "jdbc.socketTimeout", "60",
                "jdbc.user", "me",
                "jdbc.password", "hush"));
    assertThat(TrinoProperties.of(JDBC))
        .isEqualTo(
            Map.of(
                "connector.name", "iceberg",
                "iceberg.catalog.type", "jdbc",
                "iceberg.jdbc-catalog.driver-class", "org.postgresql.Driver",
                "iceberg.jdbc-catalog.connection-url", "jdbc:postgresql://h/d",
                "iceberg.jdbc-catalog.connection-user", "me",
                "iceberg.jdbc-catalog.connection-password", "hush",
                "iceberg.jdbc-catalog.catalog-name", "lake",
                "iceberg.jdbc-catalog.default-warehouse-dir", "s3://b/w"));
  }

  @Test
  void ofRestByTheKindOfItsSecret() {
    assertThat(CatalogProperties.of(rest("me", "hush")))
        .containsEntry("type", "rest")
        .containsEntry("credential", "me:hush")
        .doesNotContainKeys("token", "warehouse");
    assertThat(CatalogProperties.of(rest(null, "hush")))
        .containsEntry("token", "hush")
        .doesNotContainKey("credential");
    assertThat(CatalogProperties.of(rest(null, null))).doesNotContainKeys("token", "credential");
    assertThat(TrinoProperties.of(rest("me", "hush")))
        .isEqualTo(
            Map.of(
                "connector.name", "iceberg",
                "iceberg.catalog.type", "rest",
                "iceberg.rest-catalog.uri", "http://c:1",
                "iceberg.rest-catalog.security", "OAUTH2",
                "iceberg.rest-catalog.oauth2.credential", "me:hush"));
    assertThat(TrinoProperties.of(rest(null, "hush")))
        .containsEntry("iceberg.rest-catalog.oauth2.token", "hush");
  }

  @Test
  void timeLimitsMayBeOverriddenAndTheLockStays() {
    CatalogSettings slow =
        new CatalogSettings(
            "lake",
            Type.HIVE,
            "thrift://m:1",
            "/w",
            null,
            null,
            Map.of("hadoop.hive.metastore.client.socket.timeout", "300s"));
    assertThat(CatalogProperties.of(slow))
        .containsEntry("hadoop.hive.metastore.client.socket.timeout", "300s")
        .containsEntry("hadoop.iceberg.engine.hive.lock-enabled", "true");
  }

  private static CatalogSettings rest(String user, String password) {
    return new CatalogSettings("lake", Type.REST, "http://c:1", null, user, password, Map.of());
  }
}
