package io.tidemark.catalog;

import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.hadoop.HadoopFileIO;

/**
 * Iceberg's access to Hadoop's file systems without what makes it slow for many small files: each
 * file that is opened copies all Hadoop settings, and each scan and each write sends them to its
 * tasks. There are more than a thousand, nearly all of them Hadoop's own defaults, which its file
 * systems have in their code as well. Here are the others alone. The files are the same.
 */
public final class PlainFileIO extends HadoopFileIO {
  private static final String OF_DEFAULTS = "-default.xml";

  /** What the file system of a scheme is, no code says. */
  private static final String FILE_SYSTEM = "fs\\..+\\.impl";

  /** For Iceberg, which gives the settings later. */
  public PlainFileIO() {}

  @Override
  public void setConf(Configuration conf) {
    Configuration plain = new Configuration(false);
    for (Map.Entry<String, String> setting : conf) {
      if (setting.getKey().matches(FILE_SYSTEM) || !isDefault(conf, setting.getKey())) {
        plain.set(setting.getKey(), setting.getValue());
      }
    }
    super.setConf(plain);
  }

  /** Nobody has set it: every file that says something of it is one of Hadoop's own. */
  private static boolean isDefault(Configuration conf, String key) {
    String[] sources = conf.getPropertySources(key);
    return sources != null
        && sources.length > 0
        && Stream.of(sources).allMatch(source -> source.endsWith(OF_DEFAULTS));
  }
}
