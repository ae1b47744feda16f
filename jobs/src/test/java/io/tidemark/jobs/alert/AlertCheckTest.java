package io.tidemark.jobs.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.alert.AlertCheck.Looked;
import io.tidemark.jobs.alert.AlertCheck.Outcome;
import io.tidemark.jobs.alert.Finding.State;
import io.tidemark.jobs.alert.Incident.Event;
import io.tidemark.jobs.alert.Incident.Kind;
import io.tidemark.jobs.spec.AlertSpec;
import io.tidemark.jobs.spec.AlertSpec.Below;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What begins and what is over is told once, whatever fails and whoever checks. */
@Tag("any-zone")
class AlertCheckTest {
  private static final Instant START = Instant.parse("2026-03-14T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final AlertSpec ALERT = alert("few", null, "night", "hook");

  private final Kept store = new Kept();
  private final Told night = new Told("night");
  private final Told hook = new Told("hook");
  private final List<Duration> waited = new ArrayList<>();
  private Instant now = START;

  @Test
  void anIncidentIsToldWhenItBeginsAndWhenItIsOver() {
    assertThat(check("a", State.HOLDS).open()).hasSize(1);
    later(1);
    assertThat(check("a", State.HOLDS).told()).isEmpty();
    later(1);
    assertThat(check("a", State.UNDECIDED).open()).as("it goes on").hasSize(1);
    later(1);
    Outcome over = check("a", State.OVER);
    later(1);
    check("a", State.OVER);

    assertThat(over.open()).isEmpty();
    assertThat(over.told()).containsExactly("night: j.few is over", "hook: j.few is over");
    assertThat(night.events).containsExactly("OPENED j.few", "RESOLVED j.few");
    assertThat(hook.events).isEqualTo(night.events);
    assertThat(store.only().settled()).isTrue();
    assertThat(store.only().claimedBy()).isNull();

    later(1);
    check("a", State.HOLDS);
    assertThat(night.events).as("another incident").hasSize(3).endsWith("OPENED j.few");
  }

  @Test
  void whoCouldNotBeToldIsToldByTheNextCheckAndNobodyElseTwice() {
    hook.failing = new NotToldException("it answered with status 503", true);
    Outcome first = check("a", State.HOLDS);

    assertThat(first.told()).containsExactly("night: j.few has begun");
    assertThat(first.problems())
        .containsExactly(
            "hook was not told of j.few: it answered with status 503; the next check tries again");
    assertThat(waited).as("tries of one check").hasSize(2);

    hook.failing = new NotToldException("it ended with exit code 1", false);
    later(1);
    assertThat(check("b", State.HOLDS).problems()).hasSize(1);
    assertThat(waited).as("nothing that passes by itself").hasSize(2);

    hook.failing = null;
    later(1);
    assertThat(check("c", State.HOLDS).told()).containsExactly("hook: j.few has begun");
    assertThat(night.events).containsExactly("OPENED j.few");
    assertThat(hook.events).containsExactly("OPENED j.few");
  }

  @Test
  void whatIsOverBeforeSomebodyWasToldOfItIsToldOnce() {
    hook.failing = new NotToldException("it is down", false);
    check("a", State.HOLDS);
    later(1);
    hook.failing = null;
    check("a", State.OVER);

    assertThat(hook.events).containsExactly("RESOLVED j.few");
    assertThat(night.events).containsExactly("OPENED j.few", "RESOLVED j.few");
  }

  @Test
  void twoChecksThatMeetTellNothingTwice() {
    // The other one looks while this one tells.
    night.whileTold =
        () -> {
          Outcome other = check("b", State.HOLDS);
          assertThat(other.told()).isEmpty();
          assertThat(other.open()).hasSize(1);
        };

    check("a", State.HOLDS);

    assertThat(night.events).containsExactly("OPENED j.few");
    assertThat(hook.events).containsExactly("OPENED j.few");
  }

  @Test
  void whatEndsWhileItsBeginningIsToldIsToldByTheNextCheck() {
    night.whileTold =
        () -> {
          later(1);
          assertThat(check("b", State.OVER).told()).isEmpty();
        };
    check("a", State.HOLDS);
    later(1);

    assertThat(check("c", State.OVER).told())
        .containsExactly("night: j.few is over", "hook: j.few is over");
    later(1);
    check("d", State.OVER);
    assertThat(night.events).containsExactly("OPENED j.few", "RESOLVED j.few");
    assertThat(hook.events).isEqualTo(night.events);
    assertThat(store.only().settled()).isTrue();
  }

  @Test
  void aCheckBeginsNothingThatMayOutlastItsClaim() {
    night.whileTold = () -> later(9);
    Outcome slow = check("a", State.HOLDS);

    assertThat(slow.problems())
        .containsExactly(
            "hook was not told of j.few: telling others took too long; the next check tries again");
    later(1);
    assertThat(check("b", State.HOLDS).told()).containsExactly("hook: j.few has begun");
    assertThat(night.events).containsExactly("OPENED j.few");
  }

  @Test
  void aCheckThatDiesLeavesWhatItHadToTellToAnotherOne() {
    night.whileTold =
        () -> {
          throw new AssertionError("killed");
        };
    try {
      check("a", State.HOLDS);
    } catch (AssertionError killed) {
      assertThat(killed).hasMessage("killed");
    }
    night.whileTold = () -> {};
    later(1);
    assertThat(check("b", State.HOLDS).told()).as("it may still be telling").isEmpty();
    now = START.plus(AlertCheck.CLAIM);
    assertThat(check("c", State.HOLDS).told()).hasSize(2);
    assertThat(hook.events).containsExactly("OPENED j.few");
  }

  @Test
  void aCheckOfAnEarlierMomentChangesNothing() {
    later(10);
    check("a", State.HOLDS);
    later(10);
    check("a", State.OVER);
    int told = night.events.size();

    for (int minute = 0; minute <= 20; minute++) {
      Instant at = START.plus(Duration.ofMinutes(minute));
      for (State state : State.values()) {
        assertThat(make("again", ALERT, state, at).told()).as("%s at %s", state, at).isEmpty();
      }
    }
    assertThat(night.events).hasSize(told);
    assertThat(store.rows).hasSize(1);
  }

  @Test
  void oneThatGoesOnIsToldAgainWhereThatIsDeclared() {
    AlertSpec alert = alert("few", Duration.ofHours(1), "night");
    make("a", alert, State.HOLDS, now);
    later(59);
    make("a", alert, State.HOLDS, now);
    assertThat(night.events).hasSize(1);
    later(1);
    make("a", alert, State.HOLDS, now);
    later(1);
    make("a", alert, State.HOLDS, now);

    assertThat(night.events).containsExactly("OPENED j.few", "REMINDER j.few");
  }

  @Test
  void oneWhoseAlertIsDeclaredNoMoreIsOverAndNobodyIsTold() {
    check("a", State.HOLDS);
    later(1);
    Outcome outcome =
        checks()
            .make(
                "a", new Looked(now, List.of(), List.of(), List.of(), job -> job.equals("other")));
    assertThat(store.only().isOpen()).as("of a job that is not looked at").isTrue();

    later(1);
    outcome = checks().make("a", new Looked(now, List.of(), List.of(), List.of(), job -> true));

    assertThat(outcome.open()).isEmpty();
    assertThat(outcome.told()).isEmpty();
    assertThat(store.only().settled()).isTrue();
  }

  @Test
  void manyIncidentsAreOneMessageThatTellsTheFirstOfThem() {
    List<Finding> findings = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      values.add("c" + i);
    }
    AlertSpec alert =
        new AlertSpec(
            "j",
            "few",
            new Below("pv", BigDecimal.TEN),
            1,
            Duration.ZERO,
            Map.of("channel", values),
            List.of("night"),
            null,
            PATIENCE);
    values.forEach(
        value ->
            findings.add(
                new Finding(alert, Map.of("channel", value), State.HOLDS, START, 3.0, null)));

    checks().make("a", new Looked(now, findings, List.of(), List.of(alert), job -> true));

    assertThat(night.messages).hasSize(1);
    AlertMessage message = night.messages.get(0);
    assertThat(message.subject()).isEqualTo("[tidemark test] 60 alerts: j.few");
    assertThat(message.text())
        .contains("✗ j.few [channel=c0]\n  pv below 10: 3 in the window of 2026-03-14 12:00:00\n")
        .contains("and 10 more")
        .doesNotContain("channel=c50");
    assertThat(text(message))
        .startsWith("{\"version\":1,\"environment\":\"test\",\"at\":\"2026-03-14T12:00:00Z\"")
        .contains(
            "\"event\":\"opened\",\"job\":\"j\",\"alert\":\"few\",\"key\":{\"channel\":\"c0\"},\"kind\":\"condition\"")
        .endsWith("\"left_out\":10}");
    later(1);
    checks().make("a", new Looked(now, findings, List.of(), List.of(alert), job -> true));
    assertThat(night.messages).as("the others are told, too").hasSize(1);
  }

  @Test
  void thatAnAlertCannotBeLookedAtIsToldOnceItHasLastedAndItsEndOnce() {
    checkUnknown("a");
    later(4);
    Outcome waiting = checkUnknown("a");
    assertThat(waiting.told()).isEmpty();
    assertThat(waiting.open()).singleElement().extracting(Incident::kind).isEqualTo(Kind.UNKNOWN);
    later(1);
    Outcome lasted = checkUnknown("b");
    later(1);
    checkUnknown("b");

    assertThat(lasted.told()).containsExactly("night: j.few has begun", "hook: j.few has begun");
    assertThat(night.events).containsExactly("OPENED j.few");
    assertThat(night.messages.get(0).text())
        .contains("✗ j.few\n  cannot be looked at (pv below 10): no broker answers\n  since 2026");
    assertThat(text(night.messages.get(0)))
        .contains("\"key\":{},\"kind\":\"unknown\",\"condition\":\"cannot be looked at");

    later(1);
    Outcome over = check("c", State.OVER);
    later(1);
    check("c", State.OVER);
    assertThat(over.open()).isEmpty();
    assertThat(night.events).containsExactly("OPENED j.few", "RESOLVED j.few");
    assertThat(hook.events).isEqualTo(night.events);
    assertThat(store.only().settled()).isTrue();
  }

  @Test
  void ofALookThatFailsNowAndThenNobodyIsTold() {
    for (int hour = 0; hour < 3; hour++) {
      checkUnknown("a");
      // Whoever looks seldom: it has not lasted for all that anybody knows.
      later(60);
      assertThat(check("a", State.OVER).open()).isEmpty();
      later(1);
    }

    assertThat(night.events).isEmpty();
    assertThat(store.rows.values()).hasSize(3).allMatch(Incident::settled);
  }

  @Test
  void anIncidentGoesOnBesideThatItCannotBeLookedAtAnyMore() {
    check("a", State.HOLDS);
    later(1);
    checkUnknown("a");
    later(5);
    assertThat(checkUnknown("a").open())
        .extracting(Incident::kind)
        .containsExactly(Kind.CONDITION, Kind.UNKNOWN);
    later(1);
    assertThat(check("a", State.HOLDS).open())
        .extracting(Incident::kind)
        .containsExactly(Kind.CONDITION);

    assertThat(night.events).containsExactly("OPENED j.few", "OPENED j.few", "RESOLVED j.few");
  }

  @Test
  void thatAnAlertCannotBeLookedAtIsToldToWhoeverCouldNotBeToldAndNotOfItsEndAlone() {
    checkUnknown("a");
    later(5);
    night.failing = new NotToldException("it is down", false);
    hook.failing = night.failing;
    assertThat(checkUnknown("a").problems()).hasSize(2);
    hook.failing = null;
    later(1);
    assertThat(checkUnknown("a").told()).containsExactly("hook: j.few has begun");
    night.failing = null;
    later(1);
    check("a", State.OVER);

    assertThat(hook.events).containsExactly("OPENED j.few", "RESOLVED j.few");
    assertThat(night.events).containsExactly("RESOLVED j.few");
  }

  @Test
  void itsEndThatComesWhileItIsToldIsToldByTheNextCheck() {
    checkUnknown("a");
    later(5);
    night.whileTold =
        () -> {
          later(1);
          assertThat(check("b", State.OVER).told()).isEmpty();
        };
    checkUnknown("a");
    later(1);
    check("c", State.OVER);

    assertThat(night.events).containsExactly("OPENED j.few", "RESOLVED j.few");
    assertThat(hook.events).isEqualTo(night.events);
    assertThat(store.only().settled()).isTrue();
  }

  @Test
  void aLaterLookStandsWhenAnEarlierOneCouldNotTell() {
    later(10);
    check("a", State.OVER);
    checkUnknown("a");
    later(10);
    check("a", State.OVER);
    int rows = store.rows.size();
    for (int minute = 0; minute <= 20; minute++) {
      Instant at = START.plus(Duration.ofMinutes(minute));
      assertThat(unknown("again", ALERT, at).told()).as("at %s", at).isEmpty();
    }

    assertThat(store.rows).hasSize(rows);
    assertThat(night.events).isEmpty();
  }

  @Test
  void thatAnAlertWithKeysCannotBeLookedAtEndsWithItsDeclaration() {
    AlertSpec each =
        new AlertSpec(
            "j",
            "each",
            new Below("pv", BigDecimal.TEN),
            1,
            Duration.ZERO,
            Map.of("channel", List.of("app", "web")),
            List.of("night"),
            null,
            PATIENCE);
    unknown("a", each, now);
    later(5);
    unknown("a", each, now);
    assertThat(night.events).as("all keys together").containsExactly("OPENED j.each");
    later(1);
    checks().make("a", new Looked(now, List.of(), List.of(), List.of(), job -> true));

    assertThat(store.only().settled()).isTrue();
    assertThat(night.events).hasSize(1);
  }

  private Outcome checkUnknown(String name) {
    return unknown(name, ALERT, now);
  }

  private Outcome unknown(String name, AlertSpec alert, Instant at) {
    List<Unknown> unknown = List.of(new Unknown(alert, "no broker answers"));
    return checks().make(name, new Looked(at, List.of(), unknown, List.of(alert), job -> true));
  }

  private static String text(AlertMessage message) {
    return new String(message.json(), StandardCharsets.UTF_8);
  }

  private Outcome check(String name, State state) {
    return make(name, ALERT, state, now);
  }

  private Outcome make(String name, AlertSpec alert, State state, Instant at) {
    Finding finding = new Finding(alert, Map.of(), state, at, 3.0, null);
    return checks()
        .make(name, new Looked(at, List.of(finding), List.of(), List.of(alert), job -> true));
  }

  private AlertCheck checks() {
    Map<String, List<Target>> targets = new LinkedHashMap<>();
    targets.put("night", List.of(night));
    targets.put("hook", List.of(hook));
    return new AlertCheck(
        "test",
        ZoneOffset.UTC,
        store,
        new Targets(targets),
        () -> now,
        span -> {
          waited.add(span);
          return false;
        });
  }

  private void later(int minutes) {
    now = now.plus(Duration.ofMinutes(minutes));
  }

  private static AlertSpec alert(String name, Duration remindAfter, String... receivers) {
    return new AlertSpec(
        "j",
        name,
        new Below("pv", BigDecimal.TEN),
        1,
        Duration.ZERO,
        Map.of(),
        List.of(receivers),
        remindAfter,
        PATIENCE);
  }

  /** Somebody who remembers what was told. */
  private static final class Told implements Target {
    private final String name;
    private final List<String> events = new ArrayList<>();
    private final List<AlertMessage> messages = new ArrayList<>();
    private NotToldException failing;
    private Runnable whileTold = () -> {};

    Told(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void tell(AlertMessage message) throws NotToldException {
      Runnable then = whileTold;
      whileTold = () -> {};
      then.run();
      if (failing != null) {
        throw failing;
      }
      messages.add(message);
      for (Incident incident : message.incidents()) {
        Event event = incident.event();
        events.add(event + " " + incident.fullName());
      }
    }
  }

  /** What a table keeps. */
  private static final class Kept implements IncidentStore {
    private final Map<String, Incident> rows = new LinkedHashMap<>();

    @Override
    public List<Incident> change(Instant since, Function<List<Incident>, List<Incident>> plan) {
      plan.apply(known(since)).forEach(incident -> rows.put(incident.id(), incident));
      return List.copyOf(
          rows.values().stream().filter(incident -> isKnown(incident, since)).toList());
    }

    private List<Incident> known(Instant since) {
      return rows.values().stream().filter(incident -> isKnown(incident, since)).toList();
    }

    private static boolean isKnown(Incident incident, Instant since) {
      return !incident.settled() || !incident.resolvedAt().isBefore(since);
    }

    Incident only() {
      assertThat(rows).hasSize(1);
      return rows.values().iterator().next();
    }
  }
}
