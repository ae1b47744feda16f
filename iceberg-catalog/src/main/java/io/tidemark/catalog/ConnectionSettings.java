package io.tidemark.catalog;

import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.SecretReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A database or a Redis that sinks write to.
 *
 * @param name by which jobs refer to it
 * @param kind what it speaks
 * @param url its address, without a password
 * @param user the user who writes; {@code null} for the one that the address or the client names
 * @param password where the user's password stands; {@code null} without one
 * @param root where a relative path of the password's file starts
 * @param retryFor how long a micro-batch tries again while it does not answer
 */
public record ConnectionSettings(
    String name,
    Kind kind,
    String url,
    String user,
    SecretReference password,
    Path root,
    Duration retryFor) {
  /** What a server speaks. */
  public enum Kind {
    POSTGRESQL,
    /** MySQL, MariaDB, and others with their protocol. */
    MYSQL,
    REDIS;

    /** Whether it is reached by JDBC. */
    public boolean isJdbc() {
      return this != REDIS;
    }
  }

  /**
   * The password, looked up when it is needed: only the machine that runs the sinks need have it.
   *
   * @return {@code null} without one
   * @throws ConfigurationException when it is not where it should be
   */
  public String resolvedPassword() {
    try {
      return password == null ? null : password.resolve(root);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          List.of(
              new Problem("environment", "connections." + name + ".password", "", e.getMessage())));
    }
  }

  @Override
  public String toString() {
    return "ConnectionSettings[name=%s, kind=%s, url=%s, user=%s, password=%s, retryFor=%s]"
        .formatted(name, kind, url, user, password == null ? null : "(hidden)", retryFor);
  }
}
