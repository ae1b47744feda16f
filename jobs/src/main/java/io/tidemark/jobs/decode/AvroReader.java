package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.jobs.schema.AvroSchemas;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads Avro's binary encoding by the schema it was written by. What is not declared is skipped.
 */
final class AvroReader implements ValueReader {
  /** How deep values may be inside each other; a recursive schema may need no byte for a level. */
  private static final int DEEPEST = 200;

  /** How many items without a byte of their own a message may claim, on top of its length. */
  private static final int EMPTY_ITEMS = 10_000;

  private static final long NANOS_OF_DAY = 86_400_000_000_000L;

  private final Schema schema;
  private final ZoneId zone;

  /**
   * @param zone where local date-times are shown by clocks
   */
  AvroReader(Schema schema, ZoneId zone) {
    this.schema = schema;
    this.zone = zone;
  }

  @Override
  public void read(byte[] bytes, int from, Field wanted, JsonGenerator out)
      throws IOException, BadMessageException {
    new Message(bytes, from, out).readAll(wanted);
  }

  /** One message, while it is read. */
  private final class Message {
    private final BinaryDecoder in;
    private final JsonGenerator out;
    private long itemsLeft;

    Message(byte[] bytes, int from, JsonGenerator out) {
      this.in = DecoderFactory.get().binaryDecoder(bytes, from, bytes.length - from, null);
      this.out = out;
      this.itemsLeft = (long) bytes.length + EMPTY_ITEMS;
    }

    void readAll(Field wanted) throws IOException, BadMessageException {
      read(schema, wanted, 0);
      if (!in.isEnd()) {
        throw malformed(left() + " bytes follow the value");
      }
    }

    /** Reads a value; writes it, unless {@code wanted} is null. */
    private void read(Schema type, Field wanted, int depth)
        throws IOException, BadMessageException {
      if (depth > DEEPEST) {
        throw malformed("more than " + DEEPEST + " values are inside each other");
      }
      switch (type.getType()) {
        case NULL -> {
          if (wanted != null) {
            out.writeNull();
          }
        }
        case BOOLEAN -> bool(wanted);
        case INT -> integer(type, in.readInt(), wanted);
        case LONG -> integer(type, in.readLong(), wanted);
        case FLOAT -> {
          float value = in.readFloat();
          if (wanted != null) {
            out.writeNumber(value);
          }
        }
        case DOUBLE -> {
          double value = in.readDouble();
          if (wanted != null) {
            out.writeNumber(value);
          }
        }
        case STRING -> string(wanted);
        case BYTES -> binary(type, bytes(in.readLong()), wanted);
        case FIXED -> binary(type, bytes(type.getFixedSize()), wanted);
        case ENUM -> constant(type.getEnumSymbols(), wanted);
        case UNION -> read(branch(type.getTypes()), wanted, depth + 1);
        case RECORD -> record(type, wanted, depth);
        case MAP -> map(type.getValueType(), wanted, depth);
        case ARRAY -> array(type.getElementType(), wanted, depth);
      }
    }

    private void bool(Field wanted) throws IOException, BadMessageException {
      byte value = bytes(1)[0];
      if (value != 0 && value != 1) {
        throw malformed("a boolean is " + value);
      }
      if (wanted != null) {
        out.writeBoolean(value == 1);
      }
    }

    private void integer(Schema type, long value, Field wanted) throws IOException {
      if (wanted == null) {
        return;
      }
      switch (AvroSchemas.logicalName(type)) {
        case "date" -> Typed.day(value).write(out);
        case "time-millis" -> time(value, 1_000_000L);
        case "time-micros" -> time(value, 1_000L);
        case "timestamp-millis" -> Typed.moment(value, TimeFormat.EPOCH_MILLIS).write(out);
        case "timestamp-micros" -> Typed.moment(value, TimeFormat.EPOCH_MICROS).write(out);
        case "timestamp-nanos" -> Typed.moment(value, TimeFormat.EPOCH_NANOS).write(out);
        case "local-timestamp-millis" ->
            Typed.local(value, TimeFormat.EPOCH_MILLIS, zone).write(out);
        case "local-timestamp-micros" ->
            Typed.local(value, TimeFormat.EPOCH_MICROS, zone).write(out);
        case "local-timestamp-nanos" -> Typed.local(value, TimeFormat.EPOCH_NANOS, zone).write(out);
        default -> out.writeNumber(value);
      }
    }

    private void time(long units, long nanosOfUnit) throws IOException {
      if (units < 0 || units >= NANOS_OF_DAY / nanosOfUnit) {
        Typed.nothing(units + ", which is no time of day").write(out);
      } else {
        out.writeString(LocalTime.ofNanoOfDay(units * nanosOfUnit).toString());
      }
    }

    private void string(Field wanted) throws IOException, BadMessageException {
      byte[] text = bytes(in.readLong());
      if (wanted != null) {
        out.writeString(text(text, wanted.path));
      }
    }

    private String text(byte[] text, String path) throws BadMessageException {
      int fault = Utf8.firstFault(text);
      if (fault >= 0) {
        throw new BadMessageException(
            new Decoded.Rejected(
                Reason.NOT_UTF8,
                "field '%s': byte %d (0x%02x) of the text does not continue as UTF-8"
                    .formatted(path, fault, text[fault])));
      }
      return new String(text, StandardCharsets.UTF_8);
    }

    private void binary(Schema type, byte[] bytes, Field wanted)
        throws IOException, BadMessageException {
      if (wanted == null) {
        return;
      }
      switch (AvroSchemas.logicalName(type)) {
        case "decimal" ->
            out.writeNumber(
                decimal(bytes, ((LogicalTypes.Decimal) type.getLogicalType()).getScale()));
        case "big-decimal" -> out.writeNumber(decimalWithScale(bytes));
        case "uuid" -> {
          ByteBuffer both = ByteBuffer.wrap(bytes);
          out.writeString(new UUID(both.getLong(), both.getLong()).toString());
        }
        default -> out.writeString(Base64.getEncoder().encodeToString(bytes));
      }
    }

    private BigDecimal decimal(byte[] unscaled, int scale) throws BadMessageException {
      if (unscaled.length == 0) {
        throw malformed("a decimal has no bytes");
      }
      return new BigDecimal(new BigInteger(unscaled), scale);
    }

    private BigDecimal decimalWithScale(byte[] bytes) throws IOException, BadMessageException {
      Message inside = new Message(bytes, 0, out);
      byte[] unscaled = inside.bytes(inside.in.readLong());
      return decimal(unscaled, inside.in.readInt());
    }

    private void constant(List<String> symbols, Field wanted)
        throws IOException, BadMessageException {
      int index = in.readEnum();
      if (index < 0 || index >= symbols.size()) {
        throw malformed("an enum is number " + index + " of " + symbols.size());
      }
      if (wanted != null) {
        out.writeString(symbols.get(index));
      }
    }

    private Schema branch(List<Schema> branches) throws IOException, BadMessageException {
      int index = in.readIndex();
      if (index < 0 || index >= branches.size()) {
        throw malformed("a union takes branch " + index + " of " + branches.size());
      }
      return branches.get(index);
    }

    private void record(Schema type, Field wanted, int depth)
        throws IOException, BadMessageException {
      boolean object = begin(wanted, "a record");
      for (Schema.Field field : type.getFields()) {
        Field inside = object ? wanted.inside.get(field.name()) : null;
        if (inside != null) {
          out.writeFieldName(field.name());
        }
        read(field.schema(), inside, depth + 1);
      }
      end(object);
    }

    private void map(Schema values, Field wanted, int depth)
        throws IOException, BadMessageException {
      boolean object = begin(wanted, "a map");
      for (long items = in.readMapStart(); items != 0; items = in.mapNext()) {
        count(items);
        for (long i = 0; i < items; i++) {
          byte[] key = bytes(in.readLong());
          String name = object ? text(key, wanted.path + ".*") : null;
          Field inside = object ? wanted.inside.get(name) : null;
          if (inside != null) {
            out.writeFieldName(name);
          }
          read(values, inside, depth + 1);
        }
      }
      end(object);
    }

    private void array(Schema elements, Field wanted, int depth)
        throws IOException, BadMessageException {
      for (long items = in.readArrayStart(); items != 0; items = in.arrayNext()) {
        count(items);
        for (long i = 0; i < items; i++) {
          read(elements, null, depth + 1);
        }
      }
      if (wanted != null) {
        Typed.nothing("an array").write(out);
      }
    }

    /** Begins an object if fields of it are declared; returns whether they are. */
    private boolean begin(Field wanted, String what) throws IOException {
      if (wanted == null) {
        return false;
      }
      if (wanted.columns.length > 0) {
        Typed.nothing(what).write(out);
        return false;
      }
      out.writeStartObject();
      return true;
    }

    private void end(boolean object) throws IOException {
      if (object) {
        out.writeEndObject();
      }
    }

    /** An item has a byte at least, or is nothing at all: no message can hold billions. */
    private void count(long items) throws BadMessageException {
      if (items < 0 || items > itemsLeft) {
        throw malformed("claims more items than it can hold: " + items);
      }
      itemsLeft -= items;
    }

    /** The next bytes; what they are claimed to be is not allocated before it is known to exist. */
    private byte[] bytes(long length) throws IOException, BadMessageException {
      if (length < 0 || length > left()) {
        throw malformed("claims %d bytes where %d are left".formatted(length, left()));
      }
      byte[] bytes = new byte[(int) length];
      in.readFixed(bytes);
      return bytes;
    }

    private int left() throws IOException {
      return in.inputStream().available();
    }

    private BadMessageException malformed(String detail) {
      return new BadMessageException(JsonDecoder.malformed("the Avro value is broken: " + detail));
    }
  }
}
