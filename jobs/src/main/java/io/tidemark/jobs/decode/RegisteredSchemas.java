package io.tidemark.jobs.decode;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.tidemark.catalog.SchemaRegistrySettings;
import io.tidemark.jobs.schema.AvroSchemas;
import io.tidemark.jobs.schema.ProtobufSchemas;
import io.tidemark.jobs.schema.RegisteredSchema;
import io.tidemark.jobs.schema.SchemaCache;
import io.tidemark.jobs.schema.SchemaTextException;
import io.tidemark.jobs.spec.PayloadSpec;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Schemas that messages name by their number in a registry, in front of the value. */
final class RegisteredSchemas implements WriterSchemas {
  private static final long serialVersionUID = 1L;

  /** What a text that is given to the parser is called; nothing imports it. */
  private static final String ITSELF = "the schema itself";

  private final PayloadSpec payload;
  private final SchemaRegistrySettings registry;

  /** By number; made again where the decoder arrives. A schema of a number never changes. */
  private transient volatile Map<Integer, Readers> known;

  /** Readers of the values of one schema, by the place of their type in it. */
  private interface Readers {
    ValueReader at(int id, int[] place) throws BadMessageException;
  }

  RegisteredSchemas(PayloadSpec payload, SchemaRegistrySettings registry) {
    this.payload = payload;
    this.registry = registry;
  }

  @Override
  public Written find(byte[] message) throws BadMessageException {
    WireHeader header = WireHeader.read(message, payload.format() == Format.PROTOBUF);
    return new Written(readers(header.id()).at(header.id(), header.place()), header.length());
  }

  private Readers readers(int id) throws BadMessageException {
    if (known == null) {
      known = new ConcurrentHashMap<>();
    }
    Readers readers = known.get(id);
    if (readers == null) {
      Optional<RegisteredSchema> schema = SchemaCache.of(registry).schema(id);
      if (schema.isEmpty()) {
        throw unknown(id, "is not in the registry at " + registry.urls().get(0));
      }
      readers = readers(id, schema.get());
      known.put(id, readers);
    }
    return readers;
  }

  private Readers readers(int id, RegisteredSchema schema) {
    try {
      if (!schema.type().equals(payload.format().name())) {
        return (number, place) -> {
          throw unknown(
              id, "is " + schema.type() + ", but the job reads " + payload.format().name());
        };
      }
      return payload.format() == Format.AVRO ? avro(schema) : protobuf(schema);
    } catch (SchemaTextException e) {
      return (number, place) -> {
        throw unknown(id, e.getMessage());
      };
    }
  }

  private Readers avro(RegisteredSchema schema) throws SchemaTextException {
    AvroReader reader =
        new AvroReader(
            AvroSchemas.parse(schema.references().values(), schema.text()), payload.timeZone());
    return (id, place) -> reader;
  }

  private static Readers protobuf(RegisteredSchema schema) throws SchemaTextException {
    Map<String, String> texts = new HashMap<>(schema.references());
    texts.put(ITSELF, schema.text());
    FileDescriptor file = ProtobufSchemas.parse(texts, ITSELF);
    Map<Descriptor, ValueReader> readers = new ConcurrentHashMap<>();
    return (id, place) -> {
      Descriptor type =
          ProtobufSchemas.message(file, place)
              .orElseThrow(
                  () ->
                      new BadMessageException(
                          JsonDecoder.malformed(
                              "schema %d has no message type at %s"
                                  .formatted(id, Arrays.toString(place)))));
      return readers.computeIfAbsent(type, ProtobufReader::new);
    };
  }

  private static BadMessageException unknown(int id, String why) {
    return new BadMessageException(
        new Decoded.Rejected(
            Reason.UNKNOWN_SCHEMA, "schema " + id + " " + Excerpt.of(why, 2 * Excerpt.LENGTH)));
  }
}
