package io.tidemark.jobs.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.squareup.wire.Syntax;
import com.squareup.wire.schema.Field;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.internal.parser.EnumConstantElement;
import com.squareup.wire.schema.internal.parser.EnumElement;
import com.squareup.wire.schema.internal.parser.FieldElement;
import com.squareup.wire.schema.internal.parser.MessageElement;
import com.squareup.wire.schema.internal.parser.OneOfElement;
import com.squareup.wire.schema.internal.parser.ProtoFileElement;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import com.squareup.wire.schema.internal.parser.TypeElement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One {@code .proto} file, as a descriptor. What matters to reading messages is carried over;
 * services, options and extensions are not.
 */
final class ProtoFile {
  private static final Map<String, Type> SCALARS = scalars();

  private final String name;
  private final ProtoFileElement file;
  private final boolean proto3;

  private ProtoFile(String name, ProtoFileElement file) {
    this.name = name;
    this.file = file;
    this.proto3 = file.getSyntax() == Syntax.PROTO_3;
  }

  static ProtoFile parse(String name, String text) throws SchemaTextException {
    try {
      return new ProtoFile(name, ProtoParser.Companion.parse(Location.get(name), text));
    } catch (RuntimeException e) {
      // The parser has several kinds for what people write.
      throw new SchemaTextException("is no Protobuf schema: " + e.getMessage());
    }
  }

  List<String> imports() {
    return Stream.of(file.getImports(), file.getPublicImports(), file.getWeakImports())
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  /**
   * The descriptor; names of types are as they are written, and are looked up when it is linked.
   *
   * @param imports the imports to keep
   */
  FileDescriptorProto describe(List<String> imports) throws SchemaTextException {
    FileDescriptorProto.Builder to =
        FileDescriptorProto.newBuilder().setName(name).addAllDependency(imports);
    for (int i = 0; i < imports.size(); i++) {
      if (file.getPublicImports().contains(imports.get(i))) {
        to.addPublicDependency(i);
      }
    }
    if (file.getPackageName() != null) {
      to.setPackage(file.getPackageName());
    }
    if (proto3) {
      to.setSyntax("proto3");
    } else {
      // Else a text that is no UTF-8 would be changed instead of refused.
      to.getOptionsBuilder().setJavaStringCheckUtf8(true);
    }
    for (TypeElement type : file.getTypes()) {
      if (type instanceof MessageElement message) {
        to.addMessageType(message(message));
      } else if (type instanceof EnumElement constants) {
        to.addEnumType(constants(constants));
      }
    }
    return to.build();
  }

  private DescriptorProto message(MessageElement message) throws SchemaTextException {
    DescriptorProto.Builder to = DescriptorProto.newBuilder().setName(message.getName());
    for (OneOfElement oneOf : message.getOneOfs()) {
      for (FieldElement field : oneOf.getFields()) {
        to.addField(field(to, field).setOneofIndex(to.getOneofDeclCount()));
      }
      to.addOneofDeclBuilder().setName(oneOf.getName());
    }
    for (TypeElement type : message.getNestedTypes()) {
      if (type instanceof MessageElement inner) {
        to.addNestedType(message(inner));
      } else if (type instanceof EnumElement constants) {
        to.addEnumType(constants(constants));
      }
    }
    for (FieldElement field : message.getFields()) {
      FieldDescriptorProto.Builder described = field(to, field);
      if (proto3 && field.getLabel() == Field.Label.OPTIONAL) {
        // That it may be missing is written as a choice of one.
        described.setProto3Optional(true).setOneofIndex(to.getOneofDeclCount());
        to.addOneofDeclBuilder().setName("_" + field.getName());
      }
      to.addField(described);
    }
    return to.build();
  }

  private FieldDescriptorProto.Builder field(DescriptorProto.Builder message, FieldElement field)
      throws SchemaTextException {
    FieldDescriptorProto.Builder to =
        FieldDescriptorProto.newBuilder().setName(field.getName()).setNumber(field.getTag());
    String type = field.getType();
    if (type.startsWith("map<")) {
      to.setLabel(Label.LABEL_REPEATED).setType(Type.TYPE_MESSAGE);
      return to.setTypeName(entry(message, field));
    }
    to.setLabel(label(field.getLabel()));
    typed(to, type);
    return to;
  }

  private static void typed(FieldDescriptorProto.Builder to, String type) {
    Type scalar = SCALARS.get(type);
    if (scalar == null) {
      to.setTypeName(type);
    } else {
      to.setType(scalar);
    }
  }

  private static Label label(Field.Label label) {
    if (label == Field.Label.REPEATED) {
      return Label.LABEL_REPEATED;
    }
    return label == Field.Label.REQUIRED ? Label.LABEL_REQUIRED : Label.LABEL_OPTIONAL;
  }

  /** Adds the message type that a map's entries are written as; returns its name. */
  private static String entry(DescriptorProto.Builder message, FieldElement field)
      throws SchemaTextException {
    String type = field.getType();
    int comma = type.indexOf(',');
    if (comma < 0 || !type.endsWith(">")) {
      throw new SchemaTextException("is no Protobuf schema: " + type + " is no type of a map");
    }
    StringBuilder name = new StringBuilder();
    for (String part : field.getName().split("_")) {
      name.append(part.isEmpty() ? "" : part.substring(0, 1).toUpperCase(Locale.ROOT));
      name.append(part.isEmpty() ? "" : part.substring(1));
    }
    name.append("Entry");
    DescriptorProto.Builder entry = message.addNestedTypeBuilder().setName(name.toString());
    entry.getOptionsBuilder().setMapEntry(true);
    typed(
        entry.addFieldBuilder().setName("key").setNumber(1).setLabel(Label.LABEL_OPTIONAL),
        type.substring("map<".length(), comma).strip());
    typed(
        entry.addFieldBuilder().setName("value").setNumber(2).setLabel(Label.LABEL_OPTIONAL),
        type.substring(comma + 1, type.length() - 1).strip());
    return name.toString();
  }

  private static EnumDescriptorProto constants(EnumElement constants) {
    EnumDescriptorProto.Builder to = EnumDescriptorProto.newBuilder().setName(constants.getName());
    for (EnumConstantElement constant : constants.getConstants()) {
      to.addValueBuilder().setName(constant.getName()).setNumber(constant.getTag());
    }
    return to.build();
  }

  private static Map<String, Type> scalars() {
    Map<String, Type> scalars = new HashMap<>();
    for (Type type : Type.values()) {
      if (type != Type.TYPE_GROUP && type != Type.TYPE_MESSAGE && type != Type.TYPE_ENUM) {
        scalars.put(type.name().substring("TYPE_".length()).toLowerCase(Locale.ROOT), type);
      }
    }
    return scalars;
  }
}
