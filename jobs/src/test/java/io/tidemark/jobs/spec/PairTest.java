package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.config.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairTest {
  @TempDir private Path conf;

  @Test
  void hasDefaults() throws IOException {
    write("a", "pair: served\nleft: dws.a\nright: dws.b\nkey: [id]\n");

    assertThat(read(new Problems()))
        .containsExactly(
            new PairSpec("served", "dws.a", "dws.b", List.of("id"), List.of(), 0, "", Map.of()));
  }

  @Test
  void readsEveryKey() throws IOException {
    write(
        "a",
        """
        pair: served
        description: what the application shows
        left: dws.a@offline
        right: jdbc:postgresql://db/app;table=public.a;user=app;password=${env:APP_PASSWORD}
        key: [dt, id]
        columns: [pv, minutes]
        tolerance: 1%
        where: dt > DATE'2026-01-01'
        close: { minutes: { relative: 0.001, absolute: 2 } }
        """);

    assertThat(read(new Problems()))
        .containsExactly(
            new PairSpec(
                "served",
                "dws.a@offline",
                "jdbc:postgresql://db/app;table=public.a;user=app;password=${env:APP_PASSWORD}",
                List.of("dt", "id"),
                List.of("pv", "minutes"),
                0.01,
                "dt > DATE'2026-01-01'",
                Map.of("minutes", new Closeness(0.001, 2))));
  }

  @Test
  void everyProblemIsTold() throws IOException {
    write("a", "pair: served\nleft: dws.a\nright: jdbc:x;table=t;password=hush\n");
    write("b", "pair: one\nleft: dws.a\nkey: [id]\nclose: { id: { relative: 1 } }\n");
    write("c", "pair: two\nleft: dws.a\nright: dws.b\nkey: [id]\nclose: { id: { relative: 1 } }\n");
    write("d", "pair: two\nleft: dws.a\nright: dws.b\nkey: [id]\ncolums: [pv]\n");
    write("e", "pair: three\nleft: dws.a\nright: dws.b\nkey: [id]\n");
    write("f", "pair: three\nleft: dws.a\nright: dws.b\n");
    Problems problems = new Problems();

    read(problems);

    assertThat(problems.list().stream().map(each -> each.file() + " " + each.text()))
        .anyMatch(text -> text.contains("a.yml") && text.contains("holds a password"))
        .anyMatch(
            text -> text.contains("b.yml") && text.contains("right") && text.contains("missing"))
        .anyMatch(text -> text.contains("c.yml") && text.contains("has column id below close"))
        .anyMatch(text -> text.contains("d.yml") && text.contains("did you mean 'columns'"))
        .anyMatch(text -> text.contains("f.yml") && text.contains("another file too"))
        .noneMatch(text -> text.contains("hush"));
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(conf.resolve("pairs"));
    Files.writeString(conf.resolve("pairs/" + name + ".yml"), text);
  }

  private List<PairSpec> read(Problems problems) {
    return PairReader.read(conf, Optional.empty(), problems);
  }
}
