package io.tidemark.tests.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Messages as producers of a schema registry write them. */
final class Framed {
  private Framed() {}

  /** A record of names and values. */
  static byte[] avro(int id, String schema, Object... namesAndValues) {
    Schema parsed = new Schema.Parser().parse(schema);
    GenericData.Record record = new GenericData.Record(parsed);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      record.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<>(parsed).write(record, encoder);
      encoder.flush();
      return framed(id, new byte[0], out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A zero, the number of the schema, where its type is, and the value. */
  static byte[] framed(int id, byte[] place, byte[] value) {
    return ByteBuffer.allocate(5 + place.length + value.length)
        .put((byte) 0)
        .putInt(id)
        .put(place)
        .put(value)
        .array();
  }
}
