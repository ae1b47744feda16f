package io.tidemark.jobs.decode;

import io.tidemark.jobs.schema.AvroSchemas;
import io.tidemark.jobs.schema.ProtobufSchemas;
import io.tidemark.jobs.schema.SchemaTextException;
import io.tidemark.jobs.spec.PayloadSpec;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import io.tidemark.jobs.spec.SchemaFile;
import java.util.List;

/** The one schema of raw messages, which stands beside the job's file. */
final class DeclaredSchema implements WriterSchemas {
  private static final long serialVersionUID = 1L;

  private final PayloadSpec payload;

  /** Made again where the decoder arrives: descriptors do not travel. */
  private transient volatile Written written;

  DeclaredSchema(PayloadSpec payload) {
    this.payload = payload;
  }

  @Override
  public Written find(byte[] message) {
    Written known = written;
    if (known == null) {
      known = new Written(reader(), 0);
      written = known;
    }
    return known;
  }

  private ValueReader reader() {
    SchemaFile file = payload.schema();
    try {
      return payload.format() == Format.AVRO
          ? new AvroReader(AvroSchemas.parse(List.of(), file.text()), payload.timeZone())
          : new ProtobufReader(
              ProtobufSchemas.message(
                      ProtobufSchemas.parse(file.texts(), file.name()), file.message())
                  .orElseThrow());
    } catch (SchemaTextException e) {
      throw new IllegalStateException(
          "the schema " + file.name() + ", which was checked before, " + e.getMessage(), e);
    }
  }
}
