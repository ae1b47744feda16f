package io.tidemark.compaction.run;

import org.apache.iceberg.exceptions.ValidationException;

/**
 * A day was sealed while its files were rewritten. To Iceberg it is a check of a commit that
 * failed: the new files are deleted.
 */
final class LeasedException extends ValidationException {
  private static final long serialVersionUID = 1L;

  LeasedException(String why) {
    super("%s", why);
  }
}
