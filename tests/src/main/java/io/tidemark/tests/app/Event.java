package io.tidemark.tests.app;

/**
 * One event of the app, before it is written as a message. Mutable and reused, because millions are
 * made.
 */
final class Event {
  /** What a reader can do; an order is a topic of its own. */
  enum Type {
    EXPOSURE,
    CLICK,
    READ,
    AD_VIEW,
    ORDER
  }

  Type type;
  long id;
  int user;
  byte[] content;
  byte[] channel;
  long timeMillis;

  /** Seconds read, 0.0001 of an ad's revenue, or 0.01 of an order's amount; else 0. */
  long metric;

  int quantity;

  boolean isOrder() {
    return type == Type.ORDER;
  }
}
