package io.tidemark.compaction.retain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LocationsTest {
  private final Locations locations = new Locations();

  @Test
  void aLocationIsTheSameHoweverItIsWritten() {
    locations.add("a", "file:/warehouse/a", Map.of());
    locations.add("b", "file:///warehouse//a/", Map.of());
    locations.add("c", "/warehouse/c", Map.of());

    assertThat(locations.sharedBy("a")).containsExactly("b");
    assertThat(locations.sharedBy("b")).containsExactly("a");
    assertThat(locations.sharedBy("c")).isEmpty();
  }

  @Test
  void aTableInsideAnotherKeepsItsFilesAndIsNotLookedThroughItself() {
    locations.add("outer", "s3://bucket/wh/outer", Map.of());
    locations.add("inner", "s3a://bucket/wh/outer/inner", Map.of());

    assertThat(locations.sharedBy("outer")).isEmpty();
    assertThat(locations.isOthers("outer", "s3://bucket/wh/outer/inner/data/x.parquet")).isTrue();
    assertThat(locations.isOthers("outer", "s3://bucket/wh/outer/data/x.parquet")).isFalse();
    assertThat(locations.sharedBy("inner")).containsExactly("outer");
  }

  @Test
  void aNameThatBeginsLikeAnotherIsNoFolderOfIt() {
    locations.add("click", "/wh/click", Map.of());
    locations.add("click_1h", "/wh/click_1h", Map.of());

    assertThat(locations.sharedBy("click")).isEmpty();
    assertThat(locations.sharedBy("click_1h")).isEmpty();
    assertThat(locations.isOthers("click", "/wh/click/data/dt=2026-01-01/x y%2F.parquet"))
        .isFalse();
  }

  @Test
  void filesThatATableWritesElsewhereAreItsOwnToo() {
    locations.add("a", "/wh/a", Map.of());
    locations.add("b", "/wh/b", Map.of("write.data.path", "/wh/a/of-b"));
    locations.add("c", "/wh/c", Map.of("write.metadata.path", "file:/wh/a"));

    assertThat(locations.isOthers("a", "/wh/a/of-b/x.parquet")).isTrue();
    assertThat(locations.sharedBy("a")).containsExactly("c");
  }

  @Test
  void coldFilesAreTheTablesOwnWhereverTheyAre() {
    Map<String, String> none = Map.of();
    Map<String, String> one = Map.of(ColdFolders.PROPERTY, ColdFolders.with(none, "s3://cold/a"));
    Map<String, String> two = Map.of(ColdFolders.PROPERTY, ColdFolders.with(one, "/wh/b/cold/a"));
    locations.add("a", "/wh/a", two);
    locations.add("b", "/wh/b", none);

    assertThat(ColdFolders.of(none)).isEmpty();
    assertThat(ColdFolders.of(two)).containsExactly("s3://cold/a", "/wh/b/cold/a");
    assertThat(ColdFolders.with(two, "s3://cold/a")).isEqualTo("s3://cold/a,/wh/b/cold/a");
    assertThat(locations.isOthers("b", "/wh/b/cold/a/x.parquet")).isTrue();
    assertThat(locations.isOthers("b", "s3a://cold/a/x.parquet")).isTrue();
    assertThat(locations.isOthers("a", "s3://cold/a/x.parquet")).isFalse();
    assertThat(locations.isWrittenTo("a", "s3://cold/a/x.parquet")).isTrue();
  }

  @Test
  void aLocationWithoutASchemeMayBeAnywhere() {
    locations.add("a", "hdfs://name-node/wh/a", Map.of());
    locations.add("in_a", "/wh/a/inner", Map.of());
    locations.add("b", "/wh/b", Map.of());

    assertThat(locations.isOthers("a", "hdfs://name-node/wh/a/inner/data/x.parquet")).isTrue();
    assertThat(locations.isOthers("b", "hdfs://name-node/wh/b/data/x.parquet")).isFalse();
    assertThat(locations.isWrittenTo("b", "hdfs://name-node/wh/b/data/x.parquet")).isTrue();
    assertThat(locations.sharedBy("in_a")).containsExactly("a");
    assertThat(Locations.isSame("/wh/b/metadata", "hdfs://name-node/wh/b/metadata/")).isTrue();
    assertThat(Locations.isSame("hdfs://one/wh/b", "hdfs://two/wh/b")).isFalse();
  }

  @Test
  void aTableWritesIntoItsFoldersAndNotElsewhereBelowItsLocation() {
    locations.add("a", "/wh/a", Map.of("write.data.path", "/wh/a/new"));
    locations.add("b", "/wh/b", Map.of());

    assertThat(locations.isWrittenTo("a", "file:/wh/a/new/dt=2026-01-01/x.parquet")).isTrue();
    assertThat(locations.isWrittenTo("a", "file:/wh/a/metadata/x.avro")).isTrue();
    assertThat(locations.isWrittenTo("b", "file:/wh/b/data/x.parquet")).isTrue();
    // Of a table, perhaps, whose write.data.path this was.
    assertThat(locations.isWrittenTo("b", "file:/wh/b/of-c/x.parquet")).isFalse();
    assertThat(locations.isWrittenTo("b", "file:/wh/b/database/x.parquet")).isFalse();
  }

  @Test
  void bucketsAreToldApart() {
    locations.add("a", "s3://one/wh/a", Map.of());
    locations.add("b", "s3://two/wh/a", Map.of());

    assertThat(locations.sharedBy("a")).isEmpty();
  }
}
