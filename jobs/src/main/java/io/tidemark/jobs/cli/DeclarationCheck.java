package io.tidemark.jobs.cli;

import io.tidemark.catalog.config.Problem;
import java.util.List;
import java.util.ServiceLoader;

/**
 * What only the engine can tell to be wrong with the files that a module {@linkplain
 * io.tidemark.jobs.spec.DeclarationKind declares}: the columns of jobs' tables are not written
 * anywhere. Its class is named in {@code META-INF/services/io.tidemark.jobs.cli.DeclarationCheck}
 * of its module; {@code validate} asks all of them, a verb of the module the one it needs.
 */
public interface DeclarationCheck {
  /** What is wrong, in words for people who write the files; nothing is read or written. */
  List<Problem> problems(Workspace workspace);

  /** The checks on the class path. */
  static List<DeclarationCheck> installed() {
    return ServiceLoader.load(DeclarationCheck.class, DeclarationCheck.class.getClassLoader())
        .stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
