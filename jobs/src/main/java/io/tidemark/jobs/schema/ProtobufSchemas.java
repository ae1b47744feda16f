package io.tidemark.jobs.schema;

import com.google.protobuf.AnyProto;
import com.google.protobuf.ApiProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.SourceContextProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeProto;
import com.google.protobuf.WrappersProto;
import io.tidemark.jobs.schema.FieldType.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads Protobuf schemas: texts of {@code .proto} files, which import each other. */
public final class ProtobufSchemas {
  /** What every compiler of Protobuf knows without being given it. */
  private static final Map<String, FileDescriptor> WELL_KNOWN =
      Stream.of(
              AnyProto.getDescriptor(),
              ApiProto.getDescriptor(),
              DescriptorProtos.getDescriptor(),
              DurationProto.getDescriptor(),
              EmptyProto.getDescriptor(),
              FieldMaskProto.getDescriptor(),
              SourceContextProto.getDescriptor(),
              StructProto.getDescriptor(),
              TimestampProto.getDescriptor(),
              TypeProto.getDescriptor(),
              WrappersProto.getDescriptor())
          .collect(Collectors.toUnmodifiableMap(FileDescriptor::getName, Function.identity()));

  private static final String TIMESTAMP = "google.protobuf.Timestamp";
  private static final Set<String> WRAPPERS =
      WrappersProto.getDescriptor().getMessageTypes().stream()
          .map(Descriptor::getFullName)
          .collect(Collectors.toUnmodifiableSet());

  private final Map<String, String> texts;
  private final Map<String, FileDescriptor> linked = new HashMap<>(WELL_KNOWN);
  private final Set<String> open = new LinkedHashSet<>();

  private ProtobufSchemas(Map<String, String> texts) {
    this.texts = texts;
  }

  /**
   * The file of that name.
   *
   * @param texts it, and what it imports, by the names that imports use. A file that is not given
   *     is missed only when one of its types is used; options of it do not matter
   * @throws SchemaTextException when one of the texts is no Protobuf, or does not fit the others
   */
  public static FileDescriptor parse(Map<String, String> texts, String name)
      throws SchemaTextException {
    return new ProtobufSchemas(texts).link(name);
  }

  /**
   * The files that a text imports, without those that are always there.
   *
   * @throws SchemaTextException when it is no Protobuf
   */
  public static List<String> imports(String name, String text) throws SchemaTextException {
    return ProtoFile.parse(name, text).imports().stream()
        .filter(imported -> !WELL_KNOWN.containsKey(imported))
        .toList();
  }

  private FileDescriptor link(String name) throws SchemaTextException {
    FileDescriptor known = linked.get(name);
    if (known != null) {
      return known;
    }
    if (!open.add(name)) {
      throw new SchemaTextException("imports itself: " + String.join(", ", open));
    }
    ProtoFile file = ProtoFile.parse(name, texts.get(name));
    List<String> found = new ArrayList<>();
    List<FileDescriptor> imported = new ArrayList<>();
    for (String other : file.imports()) {
      if (texts.containsKey(other) || linked.containsKey(other)) {
        found.add(other);
        imported.add(link(other));
      }
    }
    try {
      FileDescriptor built =
          FileDescriptor.buildFrom(file.describe(found), imported.toArray(FileDescriptor[]::new));
      linked.put(name, built);
      return built;
    } catch (DescriptorValidationException | RuntimeException e) {
      throw new SchemaTextException("is no sound Protobuf schema: " + e.getMessage());
    }
  }

  /** The message types of a file in their order, without those inside others. */
  public static List<String> messages(FileDescriptor file) {
    return file.getMessageTypes().stream().map(Descriptor::getFullName).toList();
  }

  /** The message type of a file by its name, with or without the package. */
  public static Optional<Descriptor> message(FileDescriptor file, String name) {
    String prefix = file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
    String local =
        !prefix.isEmpty() && name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    String[] names = local.split("\\.");
    Descriptor found = file.findMessageTypeByName(names[0]);
    for (int i = 1; found != null && i < names.length; i++) {
      found = found.findNestedTypeByName(names[i]);
    }
    return Optional.ofNullable(found);
  }

  /**
   * The message type at a place: that of the outermost type among those of its file, then that of
   * each inner type among those of the one around it. Entries of maps do not count: no text
   * declares them.
   */
  public static Optional<Descriptor> message(FileDescriptor file, int[] place) {
    List<Descriptor> types = file.getMessageTypes();
    Descriptor found = null;
    for (int index : place) {
      if (index < 0 || index >= types.size()) {
        return Optional.empty();
      }
      found = types.get(index);
      types =
          found.getNestedTypes().stream().filter(type -> !type.getOptions().getMapEntry()).toList();
    }
    return Optional.ofNullable(found);
  }

  /** What messages of a type are. */
  public static FieldType type(Descriptor message) {
    return new FieldType(
        EnumSet.of(Kind.STRUCTURE),
        "message " + message.getFullName(),
        name -> Optional.ofNullable(message.findFieldByName(name)).map(ProtobufSchemas::fieldType));
  }

  private static FieldType fieldType(FieldDescriptor field) {
    if (field.isMapField()) {
      FieldDescriptor values = field.getMessageType().findFieldByName("value");
      return new FieldType(
          EnumSet.of(Kind.STRUCTURE), "a map", name -> Optional.of(fieldType(values)));
    }
    if (field.isRepeated()) {
      return FieldType.of(Kind.STRUCTURE, "repeated");
    }
    return switch (field.getJavaType()) {
      case MESSAGE -> messageType(field.getMessageType());
      case STRING, BYTE_STRING, ENUM -> FieldType.of(Kind.TEXT, text(field));
      case BOOLEAN -> FieldType.of(Kind.BOOLEAN, text(field));
      case INT, LONG, FLOAT, DOUBLE -> FieldType.of(Kind.NUMBER, text(field));
    };
  }

  private static FieldType messageType(Descriptor message) {
    if (isTimestamp(message)) {
      return new FieldType(EnumSet.of(Kind.TIMESTAMP), TIMESTAMP, type(message).inside());
    }
    if (isWrapper(message)) {
      FieldType value = fieldType(message.findFieldByName("value"));
      return new FieldType(value.kinds(), message.getFullName(), type(message).inside());
    }
    return type(message);
  }

  private static String text(FieldDescriptor field) {
    return field.getType().name().toLowerCase(Locale.ROOT);
  }

  /** Whether a type is the one for moments. */
  public static boolean isTimestamp(Descriptor message) {
    return message.getFullName().equals(TIMESTAMP);
  }

  /** Whether a type is one of those around a single value that may be missing. */
  public static boolean isWrapper(Descriptor message) {
    return WRAPPERS.contains(message.getFullName());
  }
}
