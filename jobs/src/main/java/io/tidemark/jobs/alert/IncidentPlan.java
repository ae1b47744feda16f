package io.tidemark.jobs.alert;

import io.tidemark.jobs.alert.AlertCheck.Looked;
import io.tidemark.jobs.alert.Finding.State;
import io.tidemark.jobs.alert.Incident.Kind;
import io.tidemark.jobs.spec.AlertSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * What becomes of incidents by what was found. It follows from the findings and the incidents
 * alone, so it can be made again when another check came first.
 */
final class IncidentPlan {
  private final Looked looked;
  private final Map<String, AlertSpec> alerts = new LinkedHashMap<>();
  private final Targets targets;
  private final ZoneId zone;

  /** A plan by what was found. */
  IncidentPlan(Looked looked, Targets targets, ZoneId zone) {
    this.looked = looked;
    looked.alerts().forEach(alert -> alerts.put(alert.fullName(), alert));
    this.targets = targets;
    this.zone = zone;
  }

  /**
   * The incidents that are new or changed.
   *
   * @param known as {@link IncidentStore#change} gives them
   */
  List<Incident> of(List<Incident> known) {
    Map<String, Incident> all = new LinkedHashMap<>();
    known.forEach(incident -> all.put(incident.id(), incident));
    for (Finding finding : looked.findings()) {
      Optional<Incident> last = last(known, finding::isOf);
      if (isNews(last)) {
        found(finding, last.filter(Incident::isOpen))
            .ifPresent(incident -> all.put(incident.id(), incident));
      }
    }
    for (AlertSpec alert : looked.alerts()) {
      Optional<Incident> last = last(known, incident -> isUnknown(incident, alert));
      if (looked.inScope().test(alert.job()) && isNews(last)) {
        unknown(alert, last.filter(Incident::isOpen))
            .ifPresent(incident -> all.put(incident.id(), incident));
      }
    }
    List<Incident> changed = new ArrayList<>();
    for (Incident incident : all.values()) {
      Incident next = settled(reminded(undeclared(incident)));
      if (!known.contains(next)) {
        changed.add(next);
      }
    }
    return changed;
  }

  private static Optional<Incident> last(List<Incident> known, Predicate<Incident> which) {
    return known.stream().filter(which).max(Comparator.comparing(Incident::lastFound));
  }

  /** What a later look has found stands: this one is made again, of a moment that is over. */
  private boolean isNews(Optional<Incident> last) {
    return last.isEmpty() || last.get().lastFound().isBefore(looked.at());
  }

  private static boolean isUnknown(Incident incident, AlertSpec alert) {
    return incident.kind() == Kind.UNKNOWN && incident.fullName().equals(alert.fullName());
  }

  /** What becomes of it that an alert cannot be looked at. */
  private Optional<Incident> unknown(AlertSpec alert, Optional<Incident> open) {
    Optional<Unknown> now =
        looked.unknown().stream().filter(each -> each.alert().equals(alert)).findFirst();
    if (now.isEmpty()) {
      return open.map(incident -> incident.resolved(looked.at()));
    }
    return open.isPresent()
        ? Optional.empty()
        : Optional.of(opened(alert, Map.of(), Kind.UNKNOWN, now.get().text(), null));
  }

  private Optional<Incident> found(Finding finding, Optional<Incident> open) {
    if (finding.state() == State.HOLDS && open.isEmpty()) {
      AlertSpec alert = finding.alert();
      return Optional.of(opened(alert, finding.key(), Kind.CONDITION, alert.text(), finding));
    }
    return finding.state() == State.OVER
        ? open.map(incident -> incident.resolved(looked.at()))
        : Optional.empty();
  }

  /**
   * A new one.
   *
   * @param found {@code null} where nothing was
   */
  private Incident opened(
      AlertSpec alert, Map<String, String> key, Kind kind, String condition, Finding found) {
    List<String> what =
        new ArrayList<>(
            List.of(alert.fullName(), new TreeMap<>(key).toString(), looked.at().toString()));
    if (kind == Kind.UNKNOWN) {
      what.add(kind.name());
    }
    return new Incident(
        UUID.nameUUIDFromBytes(String.join("\n", what).getBytes(StandardCharsets.UTF_8)).toString(),
        LocalDate.ofInstant(looked.at(), zone),
        alert.job(),
        alert.name(),
        key,
        kind,
        condition,
        found == null ? null : found.window(),
        found == null ? null : found.value(),
        found == null ? null : found.expected(),
        looked.at(),
        null,
        0,
        null,
        Set.of(),
        Set.of(),
        null,
        null,
        false);
  }

  /** Nobody looks after it any more. */
  private Incident undeclared(Incident incident) {
    boolean gone =
        Optional.ofNullable(alerts.get(incident.fullName()))
            .map(
                alert ->
                    incident.kind() == Kind.CONDITION && !alert.keys().contains(incident.key()))
            .orElse(true);
    return incident.isOpen() && gone && looked.inScope().test(incident.job())
        ? incident.resolved(looked.at())
        : incident;
  }

  private Incident reminded(Incident incident) {
    Duration after =
        Optional.ofNullable(alerts.get(incident.fullName()))
            .map(AlertSpec::remindAfter)
            .orElse(null);
    return incident.isDue(after, looked.at()) && pending(incident).isEmpty()
        ? incident.toRemindOf()
        : incident;
  }

  private Incident settled(Incident incident) {
    return !incident.isOpen()
            && !incident.settled()
            && looked.inScope().test(incident.job())
            && pending(incident).isEmpty()
        ? incident.asSettled()
        : incident;
  }

  /**
   * Who has still to be told of an incident; nobody, once its alert is declared no more, and nobody
   * yet, while it is not time.
   */
  List<String> pending(Incident incident) {
    AlertSpec alert = alerts.get(incident.fullName());
    return alert == null
            || !looked.inScope().test(incident.job())
            || !incident.isTimeToTell(alert.patience(), looked.at())
        ? List.of()
        : targets.of(alert).stream().filter(incident::isToBeTold).toList();
  }
}
