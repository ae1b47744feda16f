package io.tidemark.catalog;

import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system without what makes it slow for many small files: where Hadoop's native
 * library is missing, it starts a process ({@code chmod}) for every file and folder it makes, and
 * it writes a checksum beside every file. Here the permissions are those the operating system gives
 * (by the umask), and Parquet and Avro have checksums of their own. The files are the same.
 */
public final class PlainLocalFileSystem extends RawLocalFileSystem {
  @Override
  public String getScheme() {
    return "file";
  }

  /** Leaves the permissions as the operating system made them. */
  @Override
  public void setPermission(Path file, FsPermission permission) {}
}
