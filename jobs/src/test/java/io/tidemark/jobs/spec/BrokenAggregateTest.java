package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokenAggregateTest {
  @TempDir Path root;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          window: 1 minute | window: 2 minutes | line 4: window: '2 minutes' is not a window; use one of 1 minute, 5 minutes, 1 hour, 1 day, running day
          window: 1 minute | window: 1 hour | line 9: output: 'dws.event_1min' ends with another grain than its window; end the name with _1h
          lateness: 2 hours | | lateness is missing; write 'lateness: ...' (duration, or unlimited)
          lateness: 2 hours | lateness: 2h | line 5: lateness: '2h' is not a duration; write a whole number and a unit (milliseconds, seconds, minutes, hours, days), such as 2 hours
          lateness: 2 hours | lateness: never | line 5: lateness: 'never' is not a duration; write a whole number and a unit (milliseconds, seconds, minutes, hours, days), such as 2 hours
          [channel] | channel | line 3: dimensions: 'channel' is not a list; write [first, second] or one '- item' a line
          [channel] | [channel, channel] | line 3: dimensions: 'channel' is named twice; name it once
          [channel] | [channel, dt] | line 3: dimensions: 'dt' is always grouped by; remove it
          [channel] | [row_count] | line 3: dimensions: 'row_count' is the name of a column that Tidemark adds; rename the input's column
          [channel] | [chanel] | line 3: dimensions: 'chanel' is not a column of ods.event; did you mean 'channel'?
          [channel] | [channel, [x]] | line 3: dimensions[1] is not a single value; write one (name)
          pv: { | channel: { | line 7: metrics.channel has the name of a dimension; choose another name
          pv: { | dt: { | line 7: metrics.dt has the name of a column that Tidemark adds; choose another name
          pv: { | window_start: { | line 7: metrics.window_start has the name of a column that Tidemark adds; choose another name
          pv: { | row_count: { | line 7: metrics.row_count has the name of a column that Tidemark adds; choose another name
          pv: { | pv__sum: { | line 7: metrics.pv__sum ends like the parts Tidemark keeps of a metric; choose a name without __sum, __count or __sketch
          pv: { | pv__count: { | line 7: metrics.pv__count ends like the parts Tidemark keeps of a metric; choose a name without __sum, __count or __sketch
          pv: { | pv__sketch: { | line 7: metrics.pv__sketch ends like the parts Tidemark keeps of a metric; choose a name without __sum, __count or __sketch
          count: "*" | approximate-distinct: "*" | line 7: metrics.pv.approximate-distinct: '*' is not a column; use lower-case letters, digits and underscores
          dimensions: [channel] | granularities: { all: [], by: [channel, channel] } | line 3: granularities.by: 'channel' is named twice; name it once
          dimensions: [channel] | granularities: { all: [], by: [dt] } | line 3: granularities.by: 'dt' is always grouped by; remove it
          dimensions: [channel] | granularities: { all: [], by: [granularity] } | line 3: granularities.by: 'granularity' is the name of a column that Tidemark adds; rename the input's column
          dimensions: [channel] | granularities: { all: [], by: [chanel] } | line 3: granularities: 'chanel' is not a column of ods.event; did you mean 'channel'?
          dimensions: [channel] | granularities: { all: [] } | line 3: granularities are one; name two or more, or write 'dimensions: [first, second]'
          dimensions: [channel] | granularities: { all: [], By: [channel] } | line 3: granularities.By is not a name; use lower-case letters, digits and underscores
          dimensions: [channel] | granularities: { a: [channel], b: [channel] } | line 3: granularities.b has the dimensions of 'a'; keep one of the two
          dimensions: [channel] | `dimensions: [channel]\\ngranularities: { all: [], by: [channel] }` | line 4: granularities stand in place of 'dimensions'; remove one of the two keys
          sum: seconds | sum: seconds, time: channel | line 8: metrics.seconds: 'channel' is of type string, which is no time; use a column of type timestamp
          sum: seconds | sum: seconds, time: event_tim | line 8: metrics.seconds: 'event_tim' is not a column of ods.event; did you mean 'event_time'?
          pv: { | Pv: { | line 7: metrics.Pv is not a metric name; use lower-case letters, digits and underscores
          sum: seconds | summ: seconds | line 8: metrics.seconds.summ is not a key; did you mean 'sum'?
          sum: seconds | sum: seconds, max: seconds | line 8: metrics.seconds declares 2 functions; write exactly one of count, sum, min, max, average, distinct, approximate-distinct, metric
          { sum: seconds } | {} | line 8: metrics.seconds declares 0 functions; write exactly one of count, sum, min, max, average, distinct, approximate-distinct, metric
          sum: seconds | sum: "*" | line 8: metrics.seconds.sum: '*' is not a column; use lower-case letters, digits and underscores
          sum: seconds | sum: second | line 8: metrics.seconds: 'second' is not a column of ods.event; did you mean 'seconds'?
          sum: seconds | average: channel | line 8: metrics.seconds: 'channel' is of type string, which does not add up; use a numeric column, or count, min, max or distinct
          output: dws.event_1min | output: dws.event | line 9: output: 'dws.event' does not say its time grain; end the name with one of _1d, _td, _1h, _th, _1min, _5min, _tmin
          output: dws.event_1min | output: dws.a_very_long_name_of_a_table_that_never_ends_1min | line 9: output: 'dws.a_very_long_name_of_a_table_that_never_ends_1min' has a name of 48 characters; use at most 40 in dws
          output: dws.event_1min | `output: dws.event_1min\\nreconcile: { tolerance: 1, pv: 0 }` | line 10: reconcile.tolerance: '1' is not a percentage; write one with its sign, such as 1%
          output: dws.event_1min | `output: dws.event_1min\\nreconcile: { pc: 0 }` | line 10: reconcile.pc is not a metric of this job; did you mean 'pv'?
          output: dws.event_1min | `output: dws.event_1min\\nreconcile: { readers: 101% }` | line 10: reconcile.readers: '101%' is more than 100%; write 0 to 100%
          output: dws.event_1min | `output: dws.event_1min\\nreconcile: { publsh: never }` | line 10: reconcile.publsh is not a metric of this job; did you mean 'publish'?
          output: dws.event_1min | `output: dws.event_1min\\nreconcile: { publish: no }` | line 10: reconcile.publish: 'no' is not one of on-pass, always, never
          output: dws.event_1min | `output: dws.event_1min\\nreconcile: { notify: 1% }` | line 10: reconcile.notify: '1%' is not one of always, on-difference, on-failure
          output: dws.event_1min | `output: dws.event_1min\\nreconcile: { pv: { relative: 2 } }` | line 10: reconcile.pv.relative: '2' is not a number from 0 to 1; write 1e-6 say
          output: dws.event_1min | `output: dws.event_1min\\nreconcile: { pv: { absolute: -1 } }` | line 10: reconcile.pv.absolute: '-1' is not a number from 0; write 0.01 say
          output: dws.event_1min | `output: dws.event_1min\\nreconcile: { pv: { absolut: 1 } }` | line 10: reconcile.pv.absolut is not a key; did you mean 'absolute'?
          output: dws.event_1min | `output: dws.event_1min\\nreconcile: { pv: {} }` | line 10: reconcile.pv says nothing; write share, relative or absolute below it
          output: dws.event_1min | `output: dws.event_1min\\nreconcile: 1%` | line 10: reconcile: '1%' is not a group of keys; write below it: tolerance, publish, notify
          pv: { | publish: { | line 7: metrics.publish has the name of a key below reconcile; choose another name
          pv: { | tolerance: { | line 7: metrics.tolerance has the name of a key below reconcile; choose another name
          input: ods.event | input: ods.evnt | line 2: input: 'ods.evnt' is written by no job; did you mean 'ods.event'?
          input: ods.event | | input is missing; write 'input: ...' (layer.name)
          job: dws_event_1min | job: dwd_event | line 1: job: 'dwd_event' is the name of another job, conf/jobs/b_dwd.yml; choose another
          """)
  void isRefused(String written, String instead, String problem) {
    assertThat(Project.AGGREGATE).contains(written);
    String replacement = instead == null ? "" : instead.replace("\\n", "\n");
    Project project =
        new Project(root).with("jobs/c_dws.yml", Project.AGGREGATE.replace(written, replacement));
    assertThat(project.problems()).containsExactly("conf/jobs/c_dws.yml > " + problem);
  }
}
