package io.tidemark.jobs.spec;
import io.tidemark.catalog.Environment;
import java.nio.file.Path;
import java.util.Map;
public record Declarations(Environment environment, JobCatalog jobs) {
  public static Declarations read(Path conf, String env, Map<String,String> o) { throw new IllegalStateException(); }
}
