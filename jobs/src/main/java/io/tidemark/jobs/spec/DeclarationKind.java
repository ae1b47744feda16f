package io.tidemark.jobs.spec;

import io.tidemark.catalog.NamingRules;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.ConfigurationReference.FileKind;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.table.TableSpec;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A kind of file below {@code conf} that a module above this one declares. Its class is named in
 * {@code META-INF/services/io.tidemark.jobs.spec.DeclarationKind} of that module: then the files
 * are read and refused together with all others, whatever verb runs, and their keys stand in {@code
 * docs/configuration.md}.
 *
 * @param <T> what one file declares
 */
public interface DeclarationKind<T> {
  /**
   * The declarations that files of other kinds may speak of.
   *
   * @param jobs nothing when they have problems of their own: then they are not looked up
   * @param tables what the files below {@code conf/tables} say; those with problems are left out
   * @param rules the house's names
   */
  record Known(Optional<JobCatalog> jobs, Map<TableName, TableSpec> tables, NamingRules rules) {}

  /** What one file declares, to {@linkplain Declarations#of ask} for. */
  Class<T> type();

  /** What several of them are called, in lower case. */
  String plural();

  /** What {@code docs/configuration.md} says of them. */
  FileKind reference();

  /**
   * Reads all files of the kind.
   *
   * @param problems every problem found is added, of every file
   * @return those without problems, in the order of their files
   */
  List<T> read(Path confDir, Known known, Problems problems);

  /** The kinds on the class path, in the order of the reference. */
  static List<DeclarationKind<?>> installed() {
    // Spark-submit loads the application in a class loader of its own: ask the one that loaded this
    // class.
    return ServiceLoader.load(DeclarationKind.class, DeclarationKind.class.getClassLoader())
        .stream()
        .<DeclarationKind<?>>map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(kind -> kind.reference().title()))
        .toList();
  }
}
