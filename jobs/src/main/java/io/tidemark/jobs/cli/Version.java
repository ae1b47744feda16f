package io.tidemark.jobs.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version the jar's manifest carries. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"tidemark " + Optional.ofNullable(version).orElse("(from classes)")};
  }
}
