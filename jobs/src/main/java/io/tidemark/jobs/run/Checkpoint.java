package io.tidemark.jobs.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;

/**
 * What Structured Streaming writes down before it runs a micro-batch, read from its checkpoint: the
 * id of the query and, per micro-batch, how far its sources are read.
 *
 * @param folder the checkpoint's folder, on any file system Hadoop knows
 * @param configuration Hadoop's settings
 */
record Checkpoint(String folder, Configuration configuration) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Identifies the checkpoint: a new folder gets a new id. */
  String id() {
    try {
      return JSON.readTree(text("metadata").orElseThrow()).get("id").asText();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the checkpoint's metadata in " + folder, e);
    }
  }

  /** Where a micro-batch of a query with one source ends, as that source writes it. */
  Optional<String> endOf(long batch) {
    // A version line, a line about the query, then one line per source.
    return text("offsets/" + batch)
        .map(log -> List.of(log.split("\n")))
        .map(lines -> lines.get(lines.size() - 1));
  }

  /** Removes it, where what it has read is not what is in the table. */
  void remove() {
    Path path = new Path(folder);
    try {
      path.getFileSystem(configuration).delete(path, true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the checkpoint " + folder, e);
    }
  }

  private Optional<String> text(String name) {
    Path path = new Path(folder, name);
    try {
      FileSystem files = path.getFileSystem(configuration);
      try (var in = files.open(path)) {
        return Optional.of(new String(IOUtils.readFullyToByteArray(in), StandardCharsets.UTF_8));
      }
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the checkpoint file " + path, e);
    }
  }
}
