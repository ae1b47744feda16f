package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.YamlFile;
import io.tidemark.catalog.config.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A YAML file of the configuration.
 *
 * @param path where it is
 * @param shown what messages call it: its path from the folder that holds the configuration
 */
public record ConfFile(Path path, String shown) {
  /** The files below a folder of the configuration, sorted; none when there is no such folder. */
  public static List<ConfFile> below(Path confDir, String folder, Problems problems) {
    Path conf = confDir.toAbsolutePath().normalize();
    Path top = conf.resolve(folder);
    if (!Files.isDirectory(top)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(top)) {
      return found
          .filter(ConfFile::isYaml)
          .filter(Files::isRegularFile)
          .sorted()
          .map(path -> new ConfFile(path, shown(conf, path)))
          .toList();
    } catch (IOException e) {
      problems.add(new Problem(shown(conf, top), "file", "", "cannot be read: " + e.getMessage()));
      return List.of();
    }
  }

  /** What the file holds; nothing after a problem. */
  public Optional<YamlNode.Mapping> read(Problems problems) {
    return YamlFile.read(path, shown, problems);
  }

  private static String shown(Path conf, Path path) {
    return conf.getFileName() + "/" + conf.relativize(path).toString().replace('\\', '/');
  }

  // A file left out for its ending would be a declaration that silently does not count.
  private static boolean isYaml(Path path) {
    String name = path.getFileName().toString();
    return name.endsWith(".yml") || name.endsWith(".yaml");
  }
}
