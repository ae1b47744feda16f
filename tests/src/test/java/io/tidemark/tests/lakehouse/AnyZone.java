package io.tidemark.tests.lakehouse;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * No time zone plays a part in these tests, and they take long: they run once, in the UTC suite.
 * The parent pom leaves the tag out of the second one.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("any-zone")
public @interface AnyZone {}
