package io.tidemark.jobs.alert;

import io.tidemark.jobs.alert.Finding.State;
import io.tidemark.jobs.spec.AlertSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
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
  private final List<Finding> findings;
  private final Map<String, AlertSpec> alerts = new LinkedHashMap<>();
  private final Predicate<String> inScope;
  private final Targets targets;
  private final ZoneId zone;

  /**
   * A plan.
   *
   * @param alerts all that are declared, also those that could not be looked at
   * @param inScope whether a job is looked at: an incident of one whose alert is declared no more
   *     is over
   */
  IncidentPlan(
      List<Finding> findings,
      List<AlertSpec> alerts,
      Predicate<String> inScope,
      Targets targets,
      ZoneId zone) {
    this.findings = findings;
    alerts.forEach(alert -> this.alerts.put(alert.fullName(), alert));
    this.inScope = inScope;
    this.targets = targets;
    this.zone = zone;
  }

  /**
   * The incidents that are new or changed.
   *
   * @param known as {@link IncidentStore#change} gives them
   * @param at the moment that was looked at
   */
  List<Incident> at(Instant at, List<Incident> known) {
    Map<String, Incident> all = new LinkedHashMap<>();
    known.forEach(incident -> all.put(incident.id(), incident));
    for (Finding finding : findings) {
      // What a later look has found stands: this one is made again, of a moment that is over.
      Optional<Incident> last =
          known.stream()
              .filter(finding::isOf)
              .max((one, other) -> one.lastFound().compareTo(other.lastFound()));
      if (last.isEmpty() || last.get().lastFound().isBefore(at)) {
        found(finding, last.filter(Incident::isOpen), at)
            .ifPresent(incident -> all.put(incident.id(), incident));
      }
    }
    List<Incident> changed = new ArrayList<>();
    for (Incident incident : all.values()) {
      Incident next = settled(reminded(undeclared(incident, at), at));
      if (!known.contains(next)) {
        changed.add(next);
      }
    }
    return changed;
  }

  private Optional<Incident> found(Finding finding, Optional<Incident> open, Instant at) {
    if (finding.state() == State.HOLDS && open.isEmpty()) {
      return Optional.of(opened(finding, at));
    }
    return finding.state() == State.OVER
        ? open.map(incident -> incident.resolved(at))
        : Optional.empty();
  }

  private Incident opened(Finding finding, Instant at) {
    AlertSpec alert = finding.alert();
    String what =
        String.join("\n", alert.fullName(), new TreeMap<>(finding.key()).toString(), at.toString());
    return new Incident(
        UUID.nameUUIDFromBytes(what.getBytes(StandardCharsets.UTF_8)).toString(),
        LocalDate.ofInstant(at, zone),
        alert.job(),
        alert.name(),
        finding.key(),
        alert.text(),
        finding.window(),
        finding.value(),
        finding.expected(),
        at,
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
  private Incident undeclared(Incident incident, Instant at) {
    boolean gone =
        Optional.ofNullable(alerts.get(incident.fullName()))
            .map(alert -> !alert.keys().contains(incident.key()))
            .orElse(true);
    return incident.isOpen() && gone && inScope.test(incident.job())
        ? incident.resolved(at)
        : incident;
  }

  private Incident reminded(Incident incident, Instant at) {
    Duration after =
        Optional.ofNullable(alerts.get(incident.fullName()))
            .map(AlertSpec::remindAfter)
            .orElse(null);
    return incident.isDue(after, at) && pending(incident).isEmpty()
        ? incident.toRemindOf()
        : incident;
  }

  private Incident settled(Incident incident) {
    return !incident.isOpen()
            && !incident.settled()
            && inScope.test(incident.job())
            && pending(incident).isEmpty()
        ? incident.asSettled()
        : incident;
  }

  /** Who has still to be told of an incident; nobody, once its alert is declared no more. */
  List<String> pending(Incident incident) {
    AlertSpec alert = alerts.get(incident.fullName());
    return alert == null || !inScope.test(incident.job())
        ? List.of()
        : targets.of(alert).stream().filter(incident::isToBeTold).toList();
  }
}
