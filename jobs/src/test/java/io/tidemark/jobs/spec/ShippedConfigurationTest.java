package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.CatalogSettings;
import io.tidemark.catalog.NamingRules;
import io.tidemark.catalog.NamingRulesReader;
import io.tidemark.catalog.config.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShippedConfigurationTest {
  @Test
  void isValid() {
    Declarations declarations = Declarations.read(root().resolve("conf"), "local", Map.of());
    assertThat(declarations.environment().timeZone().getId()).isEqualTo("Asia/Shanghai");
    assertThat(declarations.environment().catalog().type())
        .isEqualTo(CatalogSettings.Type.EMBEDDED);
    assertThat(declarations.environment().catalog().warehouse())
        .isEqualTo(root().resolve(".tidemark/warehouse").toString());
    assertThat(declarations.jobs().jobs())
        .extracting(JobSpec::name)
        .as("the shipped jobs, beside which a project may declare its own")
        .contains(
            "ods_reading_event",
            "ods_order_event",
            "ods_commit_event",
            "ods_shop_order_change",
            "dwd_shop_order",
            "dwd_reading_event",
            "dwd_order_event",
            "dws_reading_content_1min",
            "dws_reading_channel_5min",
            "dws_reading_channel_1h",
            "dws_reading_app_1d",
            "dws_reading_user_1d",
            "dws_reading_channel_tmin",
            "dws_order_channel_1d",
            "dws_commit_section_1d",
            "dws_commit_section_1min",
            "dws_commit_user_1d");
  }

  @Test
  void hasTheStandardLayers() {
    Problems problems = new Problems();
    Map<String, NamingRules.Layer> shipped =
        NamingRulesReader.read(root().resolve("conf"), problems).layers();
    assertThat(problems.list()).isEmpty();
    assertThat(new ArrayList<>(shipped.entrySet()))
        .isEqualTo(new ArrayList<>(NamingRules.standard().layers().entrySet()));
  }

  /** The project's root, from wherever the tests were started. */
  static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(directory.resolve("conf/jobs"))) {
      directory = directory.getParent();
    }
    return directory;
  }
}
