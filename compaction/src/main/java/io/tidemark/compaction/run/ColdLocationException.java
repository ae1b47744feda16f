package io.tidemark.compaction.run;

import io.tidemark.catalog.UserError;
import java.util.List;

/** A policy wants files at a location that the catalog's {@code FileIO} does not reach. */
public final class ColdLocationException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  ColdLocationException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
  }

  @Override
  public String nextStep() {
    return "write a cold.location of a storage that the catalog has settings for, give the catalog"
        + " those of this one (io-impl, credentials), or leave the section 'cold' out";
  }
}
