package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokenTableTest {
  private static final String CHANNEL =
      """
      table: dim.channel
      description: Where an event was shown.
      columns:
        id: { type: string, required: true, comment: The key. }
        place: struct<city:string,zip:int>
        since: timestamp
        dt: date
      keys: [id]
      partitions: [dt]
      sort: [id]
      retention: 30 days
      """;
  private static final String EVENT =
      """
      table: dwd.event
      columns:
        channel: { comment: Where it was shown. }
      freshness: 10 minutes
      """;

  @TempDir Path root;
  private Project project;

  @BeforeEach
  void tables() {
    project = new Project(root).with("tables/a.yml", CHANNEL).with("tables/dwd/b.yml", EVENT);
  }

  @Test
  void filesAreReadFromAllFolders() {
    assertThat(project.problems()).isEmpty();
    assertThat(project.read().tables())
        .containsOnlyKeys(TableName.parse("dim.channel"), TableName.parse("dwd.event"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          table: dim.channel | table: channel | line 1: table: 'channel' is not a table; write layer.name in lower case with underscores, dwd.reading_event for example
          table: dim.channel | table: dimm.channel | `line 1: table: 'dimm.channel' is in no declared layer; use one of ods, dwd, dwm, dws, ads, dim, ops`
          table: dim.channel | table: dws.channel | line 1: table: 'dws.channel' does not say its time grain; end the name with one of _1d, _td, _1h, _th, _1min, _5min, _tmin
          table: dim.channel | table: dws.event_1min_v | `line 1: table: 'dws.event_1min_v' does not say its time grain; end the name with one of _1d, _td, _1h, _th, _1min, _5min, _tmin; line 1: table: 'dws.event_1min_v' is the view of job dws_event_1min; choose another name`
          type: string | type: text | `line 4: columns.id.type: 'text' is not a type; use string, boolean, int, bigint, float, double, decimal(p,s), date, timestamp, timestamp_ntz, binary, array<type>, map<type,type> or struct<name:type,...>`
          type: string, | | line 1: table: 'dim.channel' is written by no job, so its file needs a type for id; write 'columns:' with a type for each
          comment: The key. | coment: The key. | line 4: columns.id.coment is not a key; did you mean 'comment'?
          id: { | Id: { | `line 4: columns.Id is not a column name; use lower-case letters, digits and underscores; keys: 'id' names no column of dim.channel; did you mean 'Id'?; sort: 'id' names no column of dim.channel; did you mean 'Id'?`
          keys: [id] | keys: [idd] | keys: 'idd' names no column of dim.channel; did you mean 'id'?
          partitions: [dt] | partitions: [dt, dt] | partitions: 'dt' is written twice; keep one of them
          partitions: [dt] | partitions: [dt, year(dt), month(dt)] | partitions: 'month(dt)' cuts what year(dt) cuts; keep one of them
          partitions: [dt] | partitions: [dt, "bucket(4, id)", "bucket(8, id)"] | partitions: 'bucket(8, id)' cuts what bucket(4, id) cuts; keep one of them
          partitions: [dt] | partitions: [dt, day(since)] | partitions: 'day(since)' cuts a timestamp by UTC, whatever the warehouse's time zone; add a column with the day and partition by that
          partitions: [dt] | partitions: [dt, hour(dt)] | partitions: 'hour(dt)' does not fit the column's type, date; use another function or column
          partitions: [dt] | partitions: [dt, "buckets(4, id)"] | line 9: partitions[1]: 'buckets(4, id)' is not a partition; write a column, bucket(N, column), truncate(N, column), year(column), month(column), day(column) or hour(column)
          partitions: [dt] | partitions: [month(dt)] | retention: '30 days' counts business days, by which the table is not partitioned; write 'partitions: [dt]' or remove it
          sort: [id] | sort: [id up] | line 10: sort[0]: 'id up' is not a sort column; write a column, or 'column desc'
          sort: [id] | sort: [place] | sort: 'place' has no order; sort by columns with single values
          sort: [id] | distribution: range | distribution: 'range' gathers rows by sort order, and none is declared; write 'sort: [...]' or 'distribution: hash'
          sort: [id] | distribution: hashed | line 10: distribution: 'hashed' is not one of none, hash, range
          retention: 30 days | retention: 36 hours | line 11: retention: '36 hours' is not a number of whole days; days are kept or dropped whole, so write 730 days for example
          retention: 30 days | freshness: soon | line 11: freshness: 'soon' is not a duration; write a whole number and a unit (milliseconds, seconds, minutes, hours, days), such as 2 hours
          retention: 30 days | `properties: { comment: x }` | line 11: properties.comment: 'x' is a property that Tidemark sets itself; write 'description' instead
          retention: 30 days | `properties: { tidemark.job: x }` | line 11: properties.tidemark.job: 'x' is a property that Tidemark sets itself; remove it
          since: timestamp | `since: { type: timestamp, renamed-from: id }` | columns.since.renamed-from: 'id' is the name of a column that is declared, too; a name can be given anew only after the renaming was applied
          since: timestamp | `since: timestamp\\n  place.city: string` | `line 7: columns.place.city: 'string' is the type of a field inside a column, which stands in the column's own type; remove it here`
          since: timestamp | `since: timestamp\\n  place.zipp: { comment: x }` | columns.place.zipp is not a column of dim.channel; did you mean 'place.zip'?
          """)
  void aTableThatStandsAloneIsRefused(String written, String instead, String problem) {
    String text = instead == null ? "" : instead.replace("\\n", "\n");
    String broken = CHANNEL.replace(written, text);
    assertThat(broken).isNotEqualTo(CHANNEL);
    assertThat(
            String.join("; ", project.with("tables/a.yml", broken).problems())
                .replace("conf/tables/a.yml > ", "")
                .replace("conf/tables/dwd/b.yml > ", ""))
        .isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          table: dwd.event | table: dwd.evnt | line 1: table: 'dwd.evnt' is written by no job, so its file needs a type for channel; did you mean 'dwd.event'?
          freshness: 10 minutes | description: Events. | line 4: description: 'Events.' is for job dwd_event to say, which writes the table; remove it here
          freshness: 10 minutes | owner: us | line 4: owner: 'us' is for job dwd_event to say, which writes the table; remove it here
          freshness: 10 minutes | keys: [event_id] | line 4: keys is for job dwd_event to say, which writes the table; remove it here
          `{ comment: Where it was shown. }` | string | line 3: columns.channel: 'string' says what follows from job dwd_event, which writes the table; keep 'comment' and 'renamed-from' only
          `{ comment: Where it was shown. }` | `{ required: true }` | line 3: columns.channel: 'required' says what follows from job dwd_event, which writes the table; keep 'comment' and 'renamed-from' only
          `channel: {` | `dt: { renamed-from: day,` | line 3: columns.dt: 'day' is a column that Tidemark adds, which never had another name; remove 'renamed-from'
          """)
  void aJobsTableThatSaysWhatItsJobSaysIsRefused(String written, String instead, String problem) {
    String broken = EVENT.replace(written, instead);
    assertThat(broken).isNotEqualTo(EVENT);
    assertThat(
            String.join("; ", project.with("tables/dwd/b.yml", broken).problems())
                .replace("conf/tables/dwd/b.yml > ", ""))
        .isEqualTo(problem);
  }

  @Test
  void theViewOfAMirrorIsNoNameForATable() {
    project
        .with(
            "jobs/changes.yml",
            """
            job: ods_row_change
            topic: rows
            payload: { format: maxwell-json, key: [id] }
            columns: { id: bigint }
            output: ods.row_change
            """)
        .with(
            "jobs/mirror.yml",
            """
            job: dwd_row
            input: ods.row_change
            delete: hard
            output: dwd.row
            """)
        .with("tables/v.yml", "table: dwd.row_v\ncolumns: { id: bigint }\n");

    assertThat(project.problems())
        .containsExactly(
            "conf/tables/v.yml > line 1: table: 'dwd.row_v' is the view of job dwd_row; choose"
                + " another name");
  }

  @Test
  void aTableIsDeclaredOnce() {
    project.with("tables/b.yml", CHANNEL);

    assertThat(project.problems())
        .containsExactly(
            "conf/tables/b.yml > line 1: table: 'dim.channel' is declared by conf/tables/a.yml, too;"
                + " keep one of them");
  }

  @Test
  void deadLettersAreTheJobsToo() {
    project.with("tables/dead.yml", "table: ods.event_dead_letter\nowner: us\n");

    assertThat(project.problems())
        .containsExactly(
            "conf/tables/dead.yml > line 2: owner: 'us' is for job ods_event to say, which writes"
                + " the table; remove it here");
  }
}
