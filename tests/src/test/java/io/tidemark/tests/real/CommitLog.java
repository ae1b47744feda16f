package io.tidemark.tests.real;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * The real events that stand beside the project, with the answers that came with them, and a slow
 * and obvious computation of such answers for rows that nobody computed them for.
 *
 * @param folder the folder of the data set
 * @param events in arrival order
 */
record CommitLog(Path folder, List<Event> events) {
  /** One file touched by one commit. */
  record Event(
      String userId,
      String section,
      long linesAdded,
      long linesDeleted,
      Instant eventTime,
      Instant arrivalTime) {
    LocalDate day(ZoneId zone) {
      return eventTime.atZone(zone).toLocalDate();
    }

    boolean isLaterThan(Duration lateness) {
      return Duration.between(eventTime, arrivalTime).compareTo(lateness) > 0;
    }
  }

  CommitLog {
    events = List.copyOf(events);
  }

  static CommitLog in(Path folder) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Event> events = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file(folder))), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        events.add(event(json.readTree(line)));
      }
    }
    return new CommitLog(folder, events);
  }

  private static Event event(JsonNode json) {
    return new Event(
        json.get("user_id").textValue(),
        json.get("section").textValue(),
        json.get("lines_added").longValue(),
        json.get("lines_deleted").longValue(),
        Instant.ofEpochMilli(json.get("event_time").longValue()),
        Instant.ofEpochMilli(json.get("arrival_time").longValue()));
  }

  Path file() {
    return file(folder);
  }

  private static Path file(Path folder) {
    return folder.resolve("events.jsonl.gz");
  }

  LocalDate firstDay(ZoneId zone) {
    return events.stream().map(event -> event.day(zone)).min(LocalDate::compareTo).orElseThrow();
  }

  LocalDate lastDay(ZoneId zone) {
    return events.stream().map(event -> event.day(zone)).max(LocalDate::compareTo).orElseThrow();
  }

  /** An answer that came with the data: its lines without the heading. */
  Set<String> expected(String name) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("expected").resolve(name + ".csv"));
    return new HashSet<>(lines.subList(1, lines.size()));
  }

  /** By day and section: events, users, lines added, lines deleted, last event time. */
  Set<String> sectionDays(ZoneId zone, Predicate<Event> counted) {
    return events.stream()
        .filter(counted)
        .collect(Collectors.groupingBy(event -> event.day(zone) + "," + event.section()))
        .entrySet()
        .stream()
        .map(group -> group.getKey() + "," + metrics(group.getValue()))
        .collect(Collectors.toSet());
  }

  private static String metrics(List<Event> events) {
    return "%d,%d,%d,%d,%d"
        .formatted(
            events.size(),
            events.stream().map(Event::userId).distinct().count(),
            events.stream().mapToLong(Event::linesAdded).sum(),
            events.stream().mapToLong(Event::linesDeleted).sum(),
            events.stream().mapToLong(event -> event.eventTime().toEpochMilli()).max().orElse(0));
  }

  /**
   * By day: users, those never seen before, and those seen before but not on any of the days
   * before.
   */
  Set<String> activeUsers(ZoneId zone, int returningAfter) {
    Map<LocalDate, int[]> days = new TreeMap<>();
    events.stream()
        .collect(
            Collectors.groupingBy(
                Event::userId,
                Collectors.mapping(
                    event -> event.day(zone), Collectors.toCollection(TreeSet::new))))
        .values()
        .forEach(
            seen -> {
              for (LocalDate day : seen) {
                LocalDate before = seen.lower(day);
                int[] counts = days.computeIfAbsent(day, any -> new int[3]);
                counts[0]++;
                counts[1] += before == null ? 1 : 0;
                counts[2] +=
                    before != null && before.isBefore(day.minusDays(returningAfter)) ? 1 : 0;
              }
            });
    return days.entrySet().stream()
        .map(
            day ->
                "%s,%d,%d,%d"
                    .formatted(
                        day.getKey(), day.getValue()[0], day.getValue()[1], day.getValue()[2]))
        .collect(Collectors.toSet());
  }

  /** By month: the sections with most events, ties by name. */
  Set<String> topSections(ZoneId zone, int top) {
    Set<String> lines = new HashSet<>();
    events.stream()
        .collect(
            Collectors.groupingBy(
                event -> event.day(zone).toString().substring(0, 7),
                Collectors.groupingBy(Event::section, Collectors.counting())))
        .forEach(
            (month, sections) -> {
              List<Map.Entry<String, Long>> order = new ArrayList<>(sections.entrySet());
              order.sort(
                  Map.Entry.<String, Long>comparingByValue()
                      .reversed()
                      .thenComparing(Map.Entry.comparingByKey()));
              for (int i = 0; i < Math.min(top, order.size()); i++) {
                lines.add(
                    "%s,%d,%s,%d"
                        .formatted(month, i + 1, order.get(i).getKey(), order.get(i).getValue()));
              }
            });
    return lines;
  }

  /** By arrival day: events, and how many of them were late. */
  Set<String> lateByArrivalDay(ZoneId zone, Duration lateness) {
    return events.stream()
        .collect(
            Collectors.groupingBy(
                event -> event.arrivalTime().atZone(zone).toLocalDate(),
                TreeMap::new,
                Collectors.partitioningBy(
                    event -> event.isLaterThan(lateness), Collectors.counting())))
        .entrySet()
        .stream()
        .map(
            day ->
                "%s,%d,%d"
                    .formatted(
                        day.getKey(),
                        day.getValue().get(true) + day.getValue().get(false),
                        day.getValue().get(true)))
        .collect(Collectors.toSet());
  }
}
