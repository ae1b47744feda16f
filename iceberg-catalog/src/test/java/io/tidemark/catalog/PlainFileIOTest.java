package io.tidemark.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.util.SerializationUtil;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings and bytes: no zone plays a part in them. */
@Tag("any-zone")
class PlainFileIOTest {
  @TempDir private Path folder;

  @Test
  void hasWhatSomebodyHasSetAndNoDefault() {
    Configuration given = given();
    assertThat(given.size()).isGreaterThan(300);

    Configuration kept = io(given).conf();

    assertThat(kept.size()).isLessThan(50);
    assertThat(kept.get("fs.trash.interval")).as("as Hadoop's, but set").isEqualTo("0");
    assertThat(kept.get("io.file.buffer.size")).as("not as Hadoop's").isEqualTo("12345");
    assertThat(kept.getRaw("a.setting")).as("not Hadoop's").isEqualTo("of ${user.name}");
    assertThat(kept.get("a.file")).as("of a file").isEqualTo("set");
    assertThat(kept.get("fs.s3a.impl")).isEqualTo(given.get("fs.s3a.impl")).isNotNull();
  }

  @Test
  void takesItsSettingsToTasks() {
    PlainFileIO sent = io(given());
    byte[] bytes = SerializationUtil.serializeToBytes(sent);

    PlainFileIO arrived = SerializationUtil.deserializeFromBytes(bytes);

    assertThat(arrived.conf()).containsExactlyInAnyOrderElementsOf(sent.conf());
    assertThat(bytes).hasSizeLessThan(8_000);
  }

  @Test
  void readsWhatItWroteWithTheFileSystemThatIsSet() throws IOException {
    Path file = folder.resolve("a/b.parquet");
    PlainFileIO io = io(given());

    try (OutputStream out = io.newOutputFile(file.toString()).create()) {
      out.write("abc".getBytes(StandardCharsets.UTF_8));
    }

    try (InputStream in = io.newInputFile("file:" + file).newStream()) {
      assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("abc");
    }
    try (Stream<Path> beside = Files.list(file.getParent())) {
      assertThat(beside).as("no checksum").containsExactly(file);
    }
  }

  private Configuration given() {
    try {
      Path site = folder.resolve("some-site.xml");
      Files.writeString(
          site,
          "<configuration><property><name>a.file</name><value>set</value></property></configuration>");
      Configuration given = new Configuration();
      given.addResource("mapred-default.xml");
      given.addResource(site.toUri().toURL());
      given.set("fs.trash.interval", "0");
      given.set("io.file.buffer.size", "12345");
      given.set("a.setting", "of ${user.name}");
      given.set("fs.file.impl", PlainLocalFileSystem.class.getName());
      given.setBoolean("fs.file.impl.disable.cache", true);
      return given;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PlainFileIO io(Configuration given) {
    PlainFileIO io = new PlainFileIO();
    io.initialize(Map.of());
    io.setConf(given);
    return io;
  }
}
