package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.run.ChangedDeclarationException;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.tests.app.Topics;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was outside the tables is gone: Spark's checkpoint, or messages that nobody had read. */
@AnyZone
class LostCheckpointTest {
  private static final long SEED = 20260315;
  private static final long UP_TO_THE_END = -1;

  @TempDir private Path folder;
  private FaultProject project;
  private Clicks clicks;
  private LocalLakehouse house;
  private IngestSpec ingest;

  @BeforeEach
  void open() {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    clicks = new Clicks(SEED, 0.5);
    house = project.open(FaultProject.LOCAL);
    ingest = house.ingests().get(0);
  }

  @Test
  void theJobGoesOnFromThePositionInTheTable() throws IOException {
    clicks.send(project, "click", 40);
    house.catchUp(house.jobs().jobs());
    loseCheckpoint();
    clicks.send(project, "click", 40);

    house.catchUp(house.jobs().jobs());

    assertThat(house.messagesRead()).isEqualTo(clicks.sent());
    Answers.assertEveryCutBalances(house, ingest);
    Answers.assertMainEqualsBatch(house, "after the loss");
  }

  /** A new checkpoint cuts its micro-batches anew, here into halves. */
  @Test
  void deadLettersOfAnUnfinishedMicroBatchAreThereOnce() throws IOException {
    clicks.send(project, "click", 60);
    assertThatThrownBy(() -> house.streams(new StopSignal(), new Crash(1)).catchUp(List.of(ingest)))
        .hasStackTraceContaining(Crash.MESSAGE);
    loseCheckpoint();
    LocalLakehouse smaller = project.open(FaultProject.SMALLER);

    smaller.catchUp(smaller.jobs().jobs());

    assertThat(house.messagesRead()).isEqualTo(clicks.sent());
    Answers.assertEveryCutBalances(house, ingest);
  }

  /** A message that was a row by the old one may be a dead letter by the new one. */
  @Test
  void anUnfinishedMicroBatchIsFinishedByTheDeclarationItWasBegunWith() throws IOException {
    clicks.send(project, "click", 60);
    assertThatThrownBy(() -> house.streams(new StopSignal(), new Crash(1)).catchUp(List.of(ingest)))
        .hasStackTraceContaining(Crash.MESSAGE);
    Path file = project.conf().resolve("jobs/click_ods.yml");
    String declared = Files.readString(file);
    Files.writeString(
        file, declared.replace("user_id: string", "user_id: { type: string, required: true }"));
    LocalLakehouse changed = project.open(FaultProject.LOCAL);

    assertThatThrownBy(() -> changed.catchUp(changed.jobs().jobs()))
        .isInstanceOf(ChangedDeclarationException.class);
    house.catchUp(List.of(ingest));
    assertThat(house.messagesRead()).isEqualTo(clicks.sent());
    clicks.send(project, "click", 20);
    changed.catchUp(List.of(changed.ingests().get(0)));
    assertThat(house.messagesRead()).isEqualTo(clicks.sent());
  }

  @Test
  void aTableThatWasDroppedIsReadAnewFromTheStart() {
    clicks.send(project, "click", 40);
    house.catchUp(List.of(ingest));
    house.lake().spark().sql("DROP TABLE " + house.lake().identifier(ingest.output()));

    house.catchUp(List.of(ingest));
    assertThat(house.messagesRead()).as("nothing was sent since").isEqualTo(clicks.sent());
    clicks.send(project, "click", 20);
    house.catchUp(List.of(ingest));

    assertThat(house.messagesRead()).isEqualTo(clicks.sent());
    Answers.assertEveryCutBalances(house, ingest);
  }

  @Test
  void aCheckpointThatIsAheadOfTheTableIsNotFollowed() throws IOException {
    clicks.send(project, "click", 40);
    house.catchUp(List.of(ingest));
    Table ods = house.lake().load(ingest.output());
    long before = ods.currentSnapshot().snapshotId();
    clicks.send(project, "click", 20);
    house.catchUp(List.of(ingest));
    ods.manageSnapshots().rollbackTo(before).commit();
    clicks.send(project, "click", 20);

    assertThatThrownBy(() -> house.catchUp(List.of(ingest)))
        .isInstanceOf(LostPositionException.class)
        .hasMessageContaining("Remove the checkpoint folder");
    loseCheckpoint();
    house.catchUp(List.of(ingest));

    assertThat(house.messagesRead()).isEqualTo(clicks.sent());
    Answers.assertEveryCutBalances(house, ingest);
  }

  @ParameterizedTest(name = "with the checkpoint: {0}")
  @ValueSource(booleans = {true, false})
  void messagesThatAreGoneUnreadStopTheJob(boolean withCheckpoint) throws Exception {
    clicks.send(project, "click", 40);
    house.catchUp(List.of(ingest));
    if (!withCheckpoint) {
      loseCheckpoint();
    }
    clicks.send(project, "click", 40);
    truncate();
    clicks.send(project, "click", 40);
    KafkaOffsets position = position();

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> house.catchUp(List.of(ingest)))
          .isInstanceOf(LostPositionException.class)
          .hasMessageContaining(ingest.topic())
          .hasMessageContaining("no longer");
    }
    assertThat(position()).isEqualTo(position);
    Answers.assertEveryCutBalances(house, ingest);
  }

  /** The new topic holds more messages than were read of the old one, so that no offset is gone. */
  @Test
  void aTopicThatWasMadeAnewIsNotReadFromThePositionInTheOldOne() {
    clicks.send(project, "click", 10);
    house.catchUp(List.of(ingest));
    KafkaOffsets position = position();
    try (Topics topics = new Topics(SharedBroker.get().bootstrapServers())) {
      topics.delete(ingest.topic());
      topics.create(ingest.topic(), 2);
    }
    clicks.send(project, "click", 40);

    assertThatThrownBy(() -> house.catchUp(List.of(ingest)))
        .isInstanceOf(LostPositionException.class)
        .hasMessageContaining("was deleted and made anew");
    assertThat(position()).isEqualTo(position);
  }

  /** The driver fails, with the files of a micro-batch written, behind so many others. */
  private static final class Crash implements MicroBatchListener {
    static final String MESSAGE = "crashed on purpose";
    private int before;

    Crash(int before) {
      this.before = before;
    }

    @Override
    public void reached(String job, long batch, Phase phase) {
      if (phase == Phase.FILES_WRITTEN && before-- == 0) {
        throw new IllegalStateException(MESSAGE);
      }
    }
  }

  private KafkaOffsets position() {
    return TableState.of(house.lake().load(ingest.output()))
        .marker(ingest.name())
        .map(marker -> KafkaOffsets.parse(ingest.topic(), marker.position()))
        .orElseThrow();
  }

  private void loseCheckpoint() throws IOException {
    try (Stream<Path> files = Files.walk(project.checkpoint("click"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Deletes everything that is in the topic, as too short a retention would. */
  private void truncate() throws Exception {
    Map<TopicPartition, RecordsToDelete> all =
        position().next().keySet().stream()
            .collect(
                Collectors.toMap(
                    partition -> new TopicPartition(ingest.topic(), partition),
                    partition -> RecordsToDelete.beforeOffset(UP_TO_THE_END)));
    try (Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                SharedBroker.get().bootstrapServers()))) {
      admin.deleteRecords(all).all().get();
    }
  }
}
