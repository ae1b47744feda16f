package io.tidemark.jobs.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtobufSchemasTest {
  private static FileDescriptor parse(String text) throws SchemaTextException {
    return ProtobufSchemas.parse(Map.of("a.proto", text), "a.proto");
  }

  /** Google's own compiler has made the descriptors that Protobuf's library brings. */
  @Test
  void readsFilesAsProtobufsCompilerDoes() throws Exception {
    for (FileDescriptor known :
        List.of(
            TimestampProto.getDescriptor(),
            StructProto.getDescriptor(),
            WrappersProto.getDescriptor())) {
      FileDescriptor read = parse(resource(known.getName()));
      assertThat(read.getPackage()).isEqualTo(known.getPackage());
      assertThat(read.getMessageTypes()).hasSameSizeAs(known.getMessageTypes());
      for (Descriptor type : known.getMessageTypes()) {
        assertThat(bare(read.findMessageTypeByName(type.getName()).toProto()))
            .isEqualTo(bare(type.toProto()));
      }
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ProtobufSchemasTest.class.getResourceAsStream("/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Without what is not carried over or is written in another way: names in JSON, options. */
  private static DescriptorProto bare(DescriptorProto type) {
    DescriptorProto.Builder bare = type.toBuilder().clearReservedRange().clearReservedName();
    if (!type.getOptions().getMapEntry()) {
      bare.clearOptions();
    }
    bare.clearField();
    type.getFieldList().stream()
        .map(ProtobufSchemasTest::bare)
        .sorted(Comparator.comparingInt(FieldDescriptorProto::getNumber))
        .forEach(bare::addField);
    for (int i = 0; i < type.getNestedTypeCount(); i++) {
      bare.setNestedType(i, bare(type.getNestedType(i)));
    }
    return bare.build();
  }

  private static FieldDescriptorProto bare(FieldDescriptorProto field) {
    FieldDescriptorProto.Builder bare = field.toBuilder().clearJsonName().clearOptions();
    if (field.hasTypeName()) {
      // Found by its last name here; the compiler writes it in full, with its kind.
      String[] names = field.getTypeName().split("\\.");
      bare.clearType().setTypeName(names[names.length - 1]);
    }
    return bare.build();
  }

  @Test
  void findsTypesByNameAndByPlace() throws SchemaTextException {
    FileDescriptor file =
        parse(
            """
            syntax = "proto3";
            package p.q;
            message A { map<string, int32> m = 1; message B { message C {} } message D {} }
            message E {}
            """);
    assertThat(ProtobufSchemas.messages(file)).containsExactly("p.q.A", "p.q.E");
    assertThat(ProtobufSchemas.message(file, "p.q.A.B.C").orElseThrow().getFullName())
        .isEqualTo("p.q.A.B.C");
    assertThat(ProtobufSchemas.message(file, "E")).isPresent();
    assertThat(ProtobufSchemas.message(file, "F")).isEmpty();
    assertThat(ProtobufSchemas.message(file, new int[] {0, 1}).orElseThrow().getName())
        .as("the entries of the map are no type of the text")
        .isEqualTo("D");
    assertThat(ProtobufSchemas.message(file, new int[] {0, 2})).isEmpty();
    assertThat(ProtobufSchemas.message(file, new int[] {-1})).isEmpty();
  }

  @Test
  void importsMayImport() throws SchemaTextException {
    Map<String, String> texts =
        Map.of(
            "a.proto", "syntax = \"proto3\"; import \"b.proto\"; message A { x.C c = 1; }",
            "b.proto", "syntax = \"proto3\"; import public \"c.proto\";",
            "c.proto", "syntax = \"proto3\"; package x; message C { int32 n = 1; }");
    FileDescriptor file = ProtobufSchemas.parse(texts, "a.proto");
    assertThat(ProtobufSchemas.type(file.getMessageTypes().get(0)).at("c.n")).isPresent();
    assertThat(ProtobufSchemas.imports("a.proto", texts.get("a.proto"))).containsExactly("b.proto");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          message A {                              | is no Protobuf schema: Syntax error
          {"type": "record"}                       | is no Protobuf schema: Syntax error
          syntax = "proto4"; message A {}          | is no Protobuf schema:
          message A { optional B b = 1; }          | is no sound Protobuf schema: A.b: "B" is not defined
          message A { optional int32 a = 1; optional int32 b = 1; } | is no sound Protobuf schema: A.b: Field number 1 has already been used
          import "a.proto"; message A {}           | imports itself: a.proto
          """)
  void saysWhatIsWrong(String text, String problem) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(SchemaTextException.class)
        .hasMessageStartingWith(problem);
  }

  @Test
  void enumsOfProtobuf3AreOpen() throws SchemaTextException {
    FileDescriptor file =
        parse("syntax = \"proto3\"; enum E { A = 0; } message M { E e = 1; optional E o = 2; }");
    EnumDescriptorProto constants = file.findEnumTypeByName("E").toProto();
    assertThat(constants.getValue(0).getName()).isEqualTo("A");
    Descriptor type = file.findMessageTypeByName("M");
    assertThat(type.findFieldByName("e").hasPresence()).isFalse();
    assertThat(type.findFieldByName("o").hasPresence()).isTrue();
    assertThat(type.getRealOneofs()).isEmpty();
  }
}
