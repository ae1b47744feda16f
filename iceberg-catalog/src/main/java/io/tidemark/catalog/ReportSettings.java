package io.tidemark.catalog;

import java.nio.file.Path;

/**
 * Where the daily report goes.
 *
 * @param folder directory with a folder per day, and the mail that waits for its server
 */
public record ReportSettings(Path folder) {}
