package io.tidemark.jobs.decode;

import io.tidemark.catalog.SchemaRegistrySettings;
import io.tidemark.jobs.spec.PayloadSpec;
import java.io.Serializable;

/** Finds the schema that a message was written by. Safe for use by several threads. */
interface WriterSchemas extends Serializable {
  /**
   * A message's schema, and where behind it the value begins.
   *
   * @param reader of values of that schema
   * @param from the value's first byte
   */
  record Written(ValueReader reader, int from) {}

  /**
   * The schema of a message, which has at least one byte.
   *
   * @throws BadMessageException when the message names none that can be used
   * @throws io.tidemark.jobs.schema.RegistryUnavailableException when the registry cannot be asked
   * @throws io.tidemark.jobs.schema.RegistryRefusedException when it does not let this client in
   */
  Written find(byte[] message) throws BadMessageException;

  /** The schemas of a payload that is written by some. */
  static WriterSchemas of(PayloadSpec payload, SchemaRegistrySettings registry) {
    return payload.needsRegistry()
        ? new RegisteredSchemas(payload, registry)
        : new DeclaredSchema(payload);
  }
}
