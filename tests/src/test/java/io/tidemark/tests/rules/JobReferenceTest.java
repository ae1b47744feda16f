package io.tidemark.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.JobReference;
import io.tidemark.tests.lakehouse.AnyZone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Here, where every module is that declares a kind of file. */
@AnyZone
class JobReferenceTest {
  @Test
  void thePageIsUpToDate() throws IOException {
    Path page = Checkout.root().resolve("docs/configuration.md");
    if (Boolean.getBoolean("tidemark.docs.write")) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, JobReference.page());
    }
    assertThat(page)
        .as("docs/configuration.md is stale; rewrite it as its second paragraph says")
        .hasContent(JobReference.page());
  }
}
