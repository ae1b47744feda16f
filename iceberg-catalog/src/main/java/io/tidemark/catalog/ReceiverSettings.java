package io.tidemark.catalog;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who or what is told of alerts. Secrets are known by their place alone, as {@code ${env:NAME}}.
 */
public sealed interface ReceiverSettings {
  /**
   * People, by the mail server of the environment.
   *
   * @param addresses at least one; each gets a mail of their own
   */
  record Mail(List<String> addresses) implements ReceiverSettings {
    public Mail {
      addresses = List.copyOf(addresses);
      if (addresses.isEmpty()) {
        throw new IllegalArgumentException("has no address; write 'mail: [night@example.com]'");
      }
    }
  }

  /**
   * A server that gets JSON by POST.
   *
   * @param url its address, or where that stands when it is a secret itself
   * @param headers sent along; a value may say where a secret stands
   * @param timeout how long it may take to connect, and to answer
   */
  record Webhook(String url, Map<String, String> headers, Duration timeout)
      implements ReceiverSettings {
    public Webhook {
      headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    @Override
    public String toString() {
      return "Webhook[url=(hidden), headers=%s, timeout=%s]".formatted(headers.keySet(), timeout);
    }
  }

  /**
   * A program that gets JSON on its standard input.
   *
   * @param words the program and its arguments; no shell looks at them
   * @param timeout how long it may take; then it is killed
   */
  record Command(List<String> words, Duration timeout) implements ReceiverSettings {
    public Command {
      words = List.copyOf(words);
      if (words.isEmpty()) {
        throw new IllegalArgumentException(
            "has an empty command; write 'command: [/usr/local/bin/page]'");
      }
    }
  }
}
