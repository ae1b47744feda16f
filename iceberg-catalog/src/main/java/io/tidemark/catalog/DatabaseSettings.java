package io.tidemark.catalog;

import io.tidemark.catalog.config.SecretReference;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A database that mirrors are made of, as it is held against them.
 *
 * @param name of the source, as in {@code source add}
 * @param url its JDBC address, without a password
 * @param user the user who reads it; {@code null} for the one that the address or the driver names
 * @param password where the user's password stands; {@code null} without one
 * @param root where a relative path of the password's file starts
 * @param topics how the topics of its change logs begin
 * @param captureLag how long a change may take to Kafka where no replication slot tells
 */
public record DatabaseSettings(
    String name,
    String url,
    String user,
    SecretReference password,
    Path root,
    String topics,
    Duration captureLag) {
  /**
   * The password, looked up when it is needed: a machine that only runs streams need not have it.
   *
   * @return {@code null} without one
   * @throws IllegalArgumentException when it is not where it should be
   */
  public String resolvedPassword() {
    try {
      return password == null ? null : password.resolve(root);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("databases." + name + ".password " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return "DatabaseSettings[name=%s, url=%s, user=%s, password=%s, topics=%s, captureLag=%s]"
        .formatted(name, url, user, password == null ? null : "(hidden)", topics, captureLag);
  }
}
