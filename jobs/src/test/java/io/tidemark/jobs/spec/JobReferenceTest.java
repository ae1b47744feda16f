package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JobReferenceTest {
  @Test
  void thePageIsUpToDate() throws IOException {
    Path page = ShippedConfigurationTest.root().resolve("docs/configuration.md");
    if (Boolean.getBoolean("tidemark.docs.write")) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, JobReference.page());
    }
    assertThat(page)
        .as("docs/configuration.md is stale; rewrite it as its second paragraph says")
        .hasContent(JobReference.page());
  }
}
