package io.tidemark.tests.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.Environment;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.tests.lakehouse.Repository;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo empties a folder: this is about which. */
class DemoTest {
  private static final Path ROOT = Repository.root();

  @Test
  void emptiesAFolderOfItsOwn() {
    assertThat(Demo.home(ROOT, demo(Map.of()))).isEqualTo(ROOT.resolve(".tidemark/demo"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"catalog.warehouse", "checkpoints", "kafka.data"})
  void refusesAnEnvironmentThatKeepsSomethingElsewhere(String key) {
    for (String elsewhere : new String[] {"data/" + key, ".tidemark/demo/../x", ".tidemark/demo"}) {
      Environment environment = demo(Map.of(key, elsewhere));
      assertThatThrownBy(() -> Demo.home(ROOT, environment))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(key + ": '")
          .hasMessageContaining("is not below .tidemark/demo");
    }
  }

  private static Environment demo(Map<String, String> settings) {
    return Declarations.read(Repository.conf(), "demo", settings).environment();
  }
}
