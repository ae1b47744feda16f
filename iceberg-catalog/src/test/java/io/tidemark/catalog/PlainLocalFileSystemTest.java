package io.tidemark.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.io.FileIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainLocalFileSystemTest {
  @TempDir private Path folder;

  @Test
  void writesTheFileAloneAndWhereHadoopsOwnReadsIt() throws IOException {
    Path file = folder.resolve("dt=2026-01-31/a%2Fb c.parquet");
    try (OutputStream out = plain().newOutputFile(file.toString()).create()) {
      out.write("abc".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(file).hasContent("abc");
    try (Stream<Path> beside = Files.list(file.getParent())) {
      assertThat(beside).containsExactly(file);
    }
    assertThat(content(new HadoopFileIO(new Configuration()), file.toString())).isEqualTo("abc");
  }

  @Test
  void readsAndDeletesWhatHadoopsOwnWrote() throws IOException {
    Path file = folder.resolve("a.avro");
    try (OutputStream out =
        new HadoopFileIO(new Configuration()).newOutputFile(file.toString()).create()) {
      out.write("abc".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(content(plain(), file.toString())).isEqualTo("abc");
    assertThat(content(plain(), "file:" + file)).isEqualTo("abc");
    plain().deleteFile(file.toString());
    assertThat(file).doesNotExist();
  }

  @Test
  void givesTheFilePermissionsOfTheOperatingSystem() throws IOException {
    Path byHand = Files.createFile(folder.resolve("by-hand"));
    Path file = folder.resolve("a");
    plain().newOutputFile(file.toString()).create().close();
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(Files.getPosixFilePermissions(byHand));
  }

  @Test
  void isOfTheSchemeThatEnginesAskLocalFilesFor() throws IOException {
    try (PlainLocalFileSystem files = new PlainLocalFileSystem()) {
      assertThat(files.getScheme()).isEqualTo(files.getUri().getScheme()).isEqualTo("file");
    }
  }

  private static String content(FileIO files, String location) throws IOException {
    try (InputStream in = files.newInputFile(location).newStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static FileIO plain() {
    Configuration conf = new Configuration();
    conf.set("fs.file.impl", PlainLocalFileSystem.class.getName());
    conf.setBoolean("fs.file.impl.disable.cache", true);
    return new HadoopFileIO(conf);
  }
}
