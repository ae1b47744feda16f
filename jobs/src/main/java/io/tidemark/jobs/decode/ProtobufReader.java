package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.tidemark.jobs.schema.ProtobufSchemas;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads Protobuf's binary encoding. A field that knows whether it was set and was not is missing;
 * one that does not know has the value that its type begins with.
 */
final class ProtobufReader implements ValueReader {
  private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);

  private final Descriptor type;

  ProtobufReader(Descriptor type) {
    this.type = type;
  }

  @Override
  public void read(byte[] bytes, int from, Field wanted, JsonGenerator out)
      throws IOException, BadMessageException {
    // Not refused for fields that Protobuf 2 calls required: which are, the columns say.
    Message message;
    try {
      message =
          DynamicMessage.newBuilder(type)
              .mergeFrom(bytes, from, bytes.length - from)
              .buildPartial();
    } catch (InvalidProtocolBufferException e) {
      throw new BadMessageException(
          JsonDecoder.malformed("the Protobuf value is broken: " + e.getMessage()));
    }
    object(message, wanted, out);
  }

  private static void object(Message message, Field wanted, JsonGenerator out) throws IOException {
    out.writeStartObject();
    for (Map.Entry<String, Field> declared : wanted.inside.entrySet()) {
      FieldDescriptor field = message.getDescriptorForType().findFieldByName(declared.getKey());
      if (field == null) {
        continue;
      }
      boolean otherwise = message.getUnknownFields().hasField(field.getNumber());
      if (otherwise || !field.hasPresence() || message.hasField(field)) {
        out.writeFieldName(declared.getKey());
        if (otherwise) {
          // Else the field would look as if it had not been set.
          Typed.nothing("a value that is no " + text(field)).write(out);
        } else {
          field(field, message.getField(field), declared.getValue(), out);
        }
      }
    }
    out.writeEndObject();
  }

  private static void field(FieldDescriptor field, Object value, Field wanted, JsonGenerator out)
      throws IOException {
    if (field.isMapField() && wanted.columns.length == 0) {
      map((Collection<?>) value, wanted, out);
    } else if (field.isRepeated()) {
      Typed.nothing(field.isMapField() ? "a map" : "a list").write(out);
    } else {
      value(field, value, wanted, out);
    }
  }

  private static void map(Collection<?> entries, Field wanted, JsonGenerator out)
      throws IOException {
    Map<String, Message> last = new HashMap<>(); // of several entries of a key, as Protobuf has it
    for (Object entry : entries) {
      Message pair = (Message) entry;
      String key = String.valueOf(pair.getField(pair.getDescriptorForType().findFieldByNumber(1)));
      if (wanted.inside.containsKey(key)) {
        last.put(key, pair);
      }
    }
    out.writeStartObject();
    for (Map.Entry<String, Message> entry : last.entrySet()) {
      Message pair = entry.getValue();
      FieldDescriptor field = pair.getDescriptorForType().findFieldByNumber(2);
      out.writeFieldName(entry.getKey());
      value(field, pair.getField(field), wanted.inside.get(entry.getKey()), out);
    }
    out.writeEndObject();
  }

  private static void value(FieldDescriptor field, Object value, Field wanted, JsonGenerator out)
      throws IOException {
    switch (field.getType()) {
      case MESSAGE, GROUP -> message((Message) value, wanted, out);
      case ENUM -> constant((EnumValueDescriptor) value, out);
      case STRING -> out.writeString((String) value);
      case BYTES ->
          out.writeString(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
      case BOOL -> out.writeBoolean((Boolean) value);
      case FLOAT -> out.writeNumber((Float) value);
      case DOUBLE -> out.writeNumber((Double) value);
      case UINT32, FIXED32 -> out.writeNumber(Integer.toUnsignedLong((Integer) value));
      case UINT64, FIXED64 -> unsigned((Long) value, out);
      case INT32, SINT32, SFIXED32, INT64, SINT64, SFIXED64 ->
          out.writeNumber(((Number) value).longValue());
    }
  }

  private static void unsigned(long value, JsonGenerator out) throws IOException {
    if (value >= 0) {
      out.writeNumber(value);
    } else {
      out.writeNumber(BigInteger.valueOf(value).add(TWO_TO_64));
    }
  }

  private static void constant(EnumValueDescriptor value, JsonGenerator out) throws IOException {
    boolean known = value.getType().findValueByName(value.getName()) != null;
    if (known) {
      out.writeString(value.getName());
    } else {
      Typed.nothing(value.getNumber() + ", which is no constant of " + value.getType().getName())
          .write(out);
    }
  }

  private static void message(Message message, Field wanted, JsonGenerator out) throws IOException {
    Descriptor type = message.getDescriptorForType();
    if (wanted.columns.length == 0) {
      object(message, wanted, out);
    } else if (ProtobufSchemas.isTimestamp(type)) {
      long seconds = (Long) message.getField(type.findFieldByName("seconds"));
      int nanos = (Integer) message.getField(type.findFieldByName("nanos"));
      Typed.moment(seconds, nanos).write(out);
    } else if (ProtobufSchemas.isWrapper(type)) {
      FieldDescriptor value = type.findFieldByName("value");
      value(value, message.getField(value), wanted, out);
    } else {
      Typed.nothing("message " + type.getFullName()).write(out);
    }
  }

  private static String text(FieldDescriptor field) {
    return field.getType().name().toLowerCase(Locale.ROOT);
  }
}
