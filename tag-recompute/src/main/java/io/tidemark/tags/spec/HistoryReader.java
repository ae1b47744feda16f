package io.tidemark.tags.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.table.TableSpec;
import io.tidemark.jobs.spec.ConfFile;
import io.tidemark.jobs.spec.DeclarationKind;
import io.tidemark.tags.history.MetricType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the files below {@code conf/tags} and checks each against itself, the jobs and the rest.
 */
final class HistoryReader {
  private final DeclarationKind.Known known;
  private final Map<String, HistorySpec> found = new LinkedHashMap<>();
  private final Map<TableName, String> written = new LinkedHashMap<>();

  private HistoryReader(DeclarationKind.Known known) {
    this.known = known;
    known
        .jobs()
        .ifPresent(
            all -> all.jobs().forEach(job -> written.put(job.output(), "job " + job.name())));
  }

  /**
   * The histories, in the order of their files; a project without the folder declares none.
   *
   * @param known what else is declared
   * @param problems every problem found is added, of every file
   */
  static List<HistorySpec> read(Path confDir, DeclarationKind.Known known, Problems problems) {
    HistoryReader reader = new HistoryReader(known);
    for (ConfFile file : ConfFile.below(confDir, "tags", problems)) {
      file.read(problems)
          .ifPresent(yaml -> reader.add(Section.read(yaml, HistoryKeys.KEYS, problems)));
    }
    return List.copyOf(reader.found.values());
  }

  private void add(Section file) {
    String name = file.get(HistoryKeys.NAME);
    if (name != null && found.containsKey(name)) {
      file.refuse(HistoryKeys.NAME, "is declared by another file too; keep one of them");
    }
    Map<TableName, Map<String, MetricType>> inputs = InputCheck.read(file, known.jobs());
    SetCheck.check(file);
    IncrementalCheck.check(file);
    SumCheck.check(file);
    TagTable tags = tags(file.get(HistoryKeys.TAGS));
    HistoryLayout layout = layout(file.get(HistoryKeys.LAYOUT));
    HistorySpec spec =
        tags == null || layout == null
            ? null
            : file.build(
                () ->
                    new HistorySpec(
                        name,
                        file.get(HistoryKeys.DESCRIPTION),
                        file.get(HistoryKeys.OWNER),
                        file.get(HistoryKeys.USER),
                        file.get(HistoryKeys.USER_TYPE),
                        file.get(HistoryKeys.DAYS),
                        inputs,
                        tags,
                        file.get(HistoryKeys.SETS),
                        file.get(HistoryKeys.ROLLING),
                        file.get(HistoryKeys.RETENTION),
                        file.get(HistoryKeys.SUMS),
                        file.get(HistoryKeys.OUTPUT),
                        layout,
                        IncrementalCheck.fullEvery(file)));
    if (tags != null && known.tables().containsKey(tags.table()) && !written(tags.table())) {
      TagTableCheck.check(file, known.tables().get(tags.table()));
    }
    if (spec != null) {
      checkTables(file, spec);
      found.put(name, spec);
    }
  }

  private static TagTable tags(Section section) {
    if (section == null || section.get(HistoryKeys.TAG_COLUMNS) == null) {
      return null;
    }
    Map<String, TagTable.Tag> columns = new LinkedHashMap<>();
    section
        .get(HistoryKeys.TAG_COLUMNS)
        .forEach(
            (name, tag) ->
                columns.put(
                    name,
                    tag.build(
                        () ->
                            new TagTable.Tag(
                                tag.get(HistoryKeys.TAG_COLUMN_TYPE),
                                tag.get(HistoryKeys.MULTIPLE)))));
    return section.build(
        () ->
            new TagTable(
                section.get(HistoryKeys.TAG_TABLE), section.get(HistoryKeys.TAG_DAY), columns));
  }

  private static HistoryLayout layout(Section section) {
    return section == null
        ? null
        : section.build(
            () ->
                new HistoryLayout(
                    section.get(HistoryKeys.BUCKETS),
                    section.get(HistoryKeys.WEEK_DAYS),
                    section.get(HistoryKeys.EPOCH_DAYS),
                    section.get(HistoryKeys.BLOCK_USERS)));
  }

  /** Names follow the house's rules, and nobody else writes under them. */
  private void checkTables(Section file, HistorySpec spec) {
    List<TableName> tables = new ArrayList<>();
    tables.add(spec.usersTable());
    tables.add(spec.blocksTable());
    tables.add(spec.directoryTable());
    spec.sets().keySet().forEach(set -> tables.add(spec.servingTable(set)));
    tables.forEach(
        table -> {
          known
              .rules()
              .check(table)
              .forEach(remedy -> file.refuse(HistoryKeys.OUTPUT, "", table.toString(), remedy));
          String writer = written.putIfAbsent(table, "history " + spec.name());
          if (writer != null) {
            file.refuse(
                HistoryKeys.OUTPUT,
                "",
                table.toString(),
                "is written by " + writer + "; choose another name");
          }
          TableSpec declared = known.tables().get(table);
          if (declared != null) {
            file.refuse(
                HistoryKeys.OUTPUT,
                "",
                table.toString(),
                "is what the history writes, and "
                    + declared.file()
                    + " declares it too; remove that file");
          }
        });
  }

  /** Of a table that a job writes only the engine knows all columns. */
  private boolean written(TableName table) {
    return known.jobs().isEmpty() || known.jobs().get().writerOf(table).isPresent();
  }
}
