package io.tidemark.jobs.alert;

import io.tidemark.catalog.AlertSettings;
import io.tidemark.jobs.alert.Incident.Event;
import io.tidemark.jobs.spec.AlertSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Opens and ends incidents by what was found, and tells them. What is to be told is claimed first,
 * in the same step that opens it, and noted as told right after: two checks that meet tell nothing
 * twice, and a check that dies in between leaves its claim to run out, whereupon another one tells.
 */
public final class AlertCheck {
  /** How long a check may take to tell. Then another one may, so it stops before. */
  static final Duration CLAIM = Duration.ofMinutes(10);

  /** What a last try may take, so that it ends before the claim does. */
  private static final Duration LAST_TRY = AlertSettings.MOST_TIMEOUT;

  private static final int ATTEMPTS = 3;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int LONGER_EACH_TIME = 4;

  private final String environment;
  private final ZoneId zone;
  private final IncidentStore store;
  private final Targets targets;
  private final InstantSource clock;
  private final Pause pause;

  /** How to wait. */
  @FunctionalInterface
  public interface Pause {
    /** Returns after the span; true when there is to be no further try. */
    boolean of(Duration span);
  }

  /**
   * What is looked at.
   *
   * @param at the moment that was looked at
   * @param findings what was found
   * @param unknown the alerts of which nothing could be found out
   * @param alerts all that are declared, also those that were not looked at
   * @param inScope whether a job is looked at
   */
  public record Looked(
      Instant at,
      List<Finding> findings,
      List<Unknown> unknown,
      List<AlertSpec> alerts,
      Predicate<String> inScope) {
    public Looked {
      findings = List.copyOf(findings);
      unknown = List.copyOf(unknown);
      alerts = List.copyOf(alerts);
    }
  }

  /**
   * What has become of it.
   *
   * @param open what goes on, of the jobs that were looked at
   * @param told a line for each event and target
   * @param problems who was not told, why, and what to do
   */
  public record Outcome(List<Incident> open, List<String> told, List<String> problems) {
    public Outcome {
      open = List.copyOf(open);
      told = List.copyOf(told);
      problems = List.copyOf(problems);
    }
  }

  /**
   * A check, to be made as often as one likes.
   *
   * @param clock says when claims run out
   */
  public AlertCheck(
      String environment,
      ZoneId zone,
      IncidentStore store,
      Targets targets,
      InstantSource clock,
      Pause pause) {
    this.environment = environment;
    this.zone = zone;
    this.store = store;
    this.targets = targets;
    this.clock = clock;
    this.pause = pause;
  }

  /**
   * Makes it.
   *
   * @param check tells this check from all others
   */
  public Outcome make(String check, Looked looked) {
    return new Making(check, looked).make();
  }

  private final class Making {
    private final String check;
    private final Looked looked;
    private final IncidentPlan plan;
    // The table keeps microseconds, and a claim has to be the same when it is read again.
    private final Instant until = clock.instant().plus(CLAIM).truncatedTo(ChronoUnit.MILLIS);
    private final List<String> told = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Making(String check, Looked looked) {
      this.check = check;
      this.looked = looked;
      this.plan = new IncidentPlan(looked, targets, zone);
    }

    Outcome make() {
      List<Incident> now = store.change(looked.at(), this::found);
      List<Incident> mine =
          now.stream().filter(incident -> check.equals(incident.claimedBy())).toList();
      for (Target target : targets.all()) {
        List<Incident> news =
            mine.stream()
                .filter(incident -> plan.pending(incident).contains(target.name()))
                .toList();
        if (!news.isEmpty()) {
          tell(target, news);
        }
      }
      if (!mine.isEmpty()) {
        // Also of what another check has found meanwhile, which the next one tells.
        store.change(looked.at(), this::released);
      }
      return new Outcome(
          now.stream()
              .filter(Incident::isOpen)
              .filter(incident -> looked.inScope().test(incident.job()))
              .toList(),
          told,
          problems);
    }

    /** What was found, and claims to tell it. */
    private List<Incident> found(List<Incident> known) {
      Map<String, Incident> next = new LinkedHashMap<>();
      known.forEach(incident -> next.put(incident.id(), incident));
      plan.of(known).forEach(incident -> next.put(incident.id(), incident));
      Instant now = clock.instant();
      next.replaceAll(
          (id, incident) ->
              plan.pending(incident).isEmpty() || !incident.isFree(check, now)
                  ? incident
                  : incident.claimed(check, until));
      return changed(known, List.copyOf(next.values()));
    }

    private void tell(Target target, List<Incident> news) {
      try {
        attempt(target, new AlertMessage(environment, zone, looked.at(), news));
      } catch (NotToldException e) {
        problems.add(
            "%s was not told of %s: %s; the next check tries again"
                .formatted(target.name(), names(news), e.getMessage()));
        return;
      }
      store.change(looked.at(), known -> noted(known, target.name(), news));
      news.forEach(
          incident ->
              told.add(
                  "%s: %s%s %s"
                      .formatted(
                          target.name(),
                          incident.fullName(),
                          AlertMessage.keyText(incident.key()),
                          words(incident.event()))));
    }

    private void attempt(Target target, AlertMessage message) throws NotToldException {
      Duration wait = PAUSE;
      for (int attempt = 1; ; attempt++) {
        if (clock.instant().isAfter(until.minus(LAST_TRY))) {
          throw new NotToldException("telling others took too long", false);
        }
        try {
          target.tell(message);
          return;
        } catch (NotToldException e) {
          if (!e.passes() || attempt == ATTEMPTS || pause.of(wait)) {
            throw e;
          }
        } catch (RuntimeException e) {
          // Without its message, which may hold what is secret.
          throw new NotToldException("it failed with " + e.getClass().getSimpleName(), false);
        }
        wait = wait.multipliedBy(LONGER_EACH_TIME);
      }
    }

    private List<Incident> noted(List<Incident> known, String target, List<Incident> news) {
      Map<String, Event> events = new LinkedHashMap<>();
      news.forEach(incident -> events.put(incident.id(), incident.event()));
      return changed(
          known,
          known.stream()
              .map(
                  incident ->
                      events.containsKey(incident.id())
                          ? done(incident.told(target, events.get(incident.id()), looked.at()))
                          : incident)
              .toList());
    }

    /** Nobody is left to be told. */
    private Incident done(Incident incident) {
      if (!plan.pending(incident).isEmpty()) {
        return incident;
      }
      return incident.isOpen() ? incident.released() : incident.asSettled();
    }

    private List<Incident> released(List<Incident> known) {
      return changed(
          known,
          known.stream()
              .map(incident -> check.equals(incident.claimedBy()) ? incident.released() : incident)
              .toList());
    }

    private List<Incident> changed(List<Incident> known, List<Incident> next) {
      return next.stream().filter(incident -> !known.contains(incident)).toList();
    }
  }

  private static String names(List<Incident> incidents) {
    List<String> names = incidents.stream().map(Incident::fullName).distinct().toList();
    return names.size() <= 3
        ? String.join(", ", names)
        : "%s and %d more".formatted(String.join(", ", names.subList(0, 3)), names.size() - 3);
  }

  private static String words(Event event) {
    return switch (event) {
      case OPENED -> "has begun";
      case REMINDER -> "still goes on";
      case RESOLVED -> "is over";
    };
  }
}
