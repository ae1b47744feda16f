package io.tidemark.jobs.spec;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.tidemark.catalog.config.Section;
import io.tidemark.jobs.schema.AvroSchemas;
import io.tidemark.jobs.schema.ProtobufSchemas;
import io.tidemark.jobs.schema.SchemaTextException;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** Reads the schema that stands beside a job's file, and what it imports. */
final class SchemaFileReader {
  private final Section payload;
  private final Path directory;
  private final Map<String, String> texts = new HashMap<>();

  private SchemaFileReader(Section payload, Path directory) {
    this.payload = payload;
    this.directory = directory;
  }

  /** The schema; {@code null} when none is named, or after a problem. */
  static SchemaFile read(Section payload, Format format, Path directory) {
    String name = payload.get(PayloadKeys.SCHEMA);
    if (name == null) {
      if (payload.has(PayloadKeys.MESSAGE) && payload.sound()) {
        payload.refuse(
            PayloadKeys.MESSAGE,
            "goes with a schema; messages that name their schema say their type themselves:"
                + " remove it");
      }
      return null;
    }
    String ending = format == Format.AVRO ? ".avsc" : ".proto";
    if (!name.endsWith(ending)) {
      payload.refuse(PayloadKeys.SCHEMA, "does not end with " + ending + ", as its format does");
      return null;
    }
    SchemaFileReader reader = new SchemaFileReader(payload, directory);
    return format == Format.AVRO ? reader.avro(name) : reader.protobuf(name);
  }

  private SchemaFile avro(String name) {
    if (payload.has(PayloadKeys.MESSAGE)) {
      payload.refuse(PayloadKeys.MESSAGE, "goes with 'format: protobuf'; remove it");
    }
    try {
      texts.put(name, text(name));
      Schema schema = AvroSchemas.parse(List.of(), texts.get(name));
      if (schema.getType() != Schema.Type.RECORD) {
        throw new SchemaProblem("is no record, but " + schema.getType().getName());
      }
      return new SchemaFile(name, texts, "");
    } catch (SchemaTextException | SchemaProblem e) {
      payload.refuse(PayloadKeys.SCHEMA, e.getMessage());
      return null;
    }
  }

  private SchemaFile protobuf(String name) {
    try {
      collect(name);
      return new SchemaFile(name, texts, message(ProtobufSchemas.parse(texts, name)));
    } catch (SchemaTextException | SchemaProblem e) {
      payload.refuse(PayloadKeys.SCHEMA, e.getMessage());
      return null;
    }
  }

  /** Imports that are not there are missed only if a type of theirs is used. */
  private void collect(String name) throws SchemaTextException, SchemaProblem {
    texts.put(name, text(name));
    for (String other : ProtobufSchemas.imports(name, texts.get(name))) {
      if (!texts.containsKey(other) && Files.exists(beside(other))) {
        collect(other);
      }
    }
  }

  private String message(FileDescriptor file) throws SchemaProblem {
    String asked = payload.get(PayloadKeys.MESSAGE);
    List<String> known = ProtobufSchemas.messages(file);
    if (asked == null && known.size() == 1) {
      return known.get(0);
    }
    if (asked == null) {
      throw new SchemaProblem(
          "has %d message types; choose one with 'message: NAME' (%s)"
              .formatted(known.size(), String.join(", ", known)));
    }
    if (ProtobufSchemas.message(file, asked).isEmpty()) {
      payload.refuse(
          PayloadKeys.MESSAGE,
          "is no message type of the schema; " + ColumnNames.didYouMean(asked, known));
    }
    return asked;
  }

  private Path beside(String name) {
    return directory.resolve(name).normalize();
  }

  private String text(String name) throws SchemaProblem {
    if (!beside(name).startsWith(directory.normalize())) {
      throw new SchemaProblem("imports " + name + ", which is not below the schema's folder");
    }
    try {
      return Files.readString(beside(name));
    } catch (NoSuchFileException e) {
      throw new SchemaProblem("does not exist; write the file beside this one");
    } catch (IOException e) {
      throw new SchemaProblem("cannot be read as UTF-8 text: " + e.getMessage());
    }
  }

  /** Why the file cannot be used. */
  private static final class SchemaProblem extends Exception {
    private static final long serialVersionUID = 1L;

    SchemaProblem(String message) {
      super(message);
    }
  }
}
