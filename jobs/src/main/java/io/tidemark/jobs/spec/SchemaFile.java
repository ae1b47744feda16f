package io.tidemark.jobs.spec;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * A schema that stands beside the file of a job.
 *
 * @param name the file's name
 * @param texts its text and, of Protobuf, those of the files it imports, by the names that imports
 *     use
 * @param message the message type, of Protobuf; empty for Avro
 */
public record SchemaFile(String name, Map<String, String> texts, String message)
    implements Serializable {
  public SchemaFile {
    texts = new TreeMap<>(texts); // in an order that means the same on every machine
  }

  /** The text of the file itself. */
  public String text() {
    return texts.get(name);
  }
}
