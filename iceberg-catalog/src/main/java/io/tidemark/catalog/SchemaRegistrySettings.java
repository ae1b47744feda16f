package io.tidemark.catalog;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * The registry that Avro and Protobuf schemas are in.
 *
 * @param urls where it answers; each is tried in turn
 * @param user {@code null} without one
 * @param password the user's, or a bearer token without a user; {@code null} without one
 * @param timeout how long an answer may take
 */
public record SchemaRegistrySettings(List<URI> urls, String user, String password, Duration timeout)
    implements Serializable {
  public SchemaRegistrySettings {
    urls = List.copyOf(urls);
    if (user != null && password == null) {
      throw new IllegalArgumentException(
          "has a user without a password; write 'password: ${env:NAME}'");
    }
  }

  @Override
  public String toString() {
    return "SchemaRegistrySettings[urls=%s, user=%s, password=%s, timeout=%s]"
        .formatted(urls, user, password == null ? null : "(hidden)", timeout);
  }
}
