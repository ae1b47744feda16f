package io.tidemark.jobs.alert;

import io.tidemark.catalog.ReceiverSettings.Webhook;
import io.tidemark.catalog.config.SecretReference;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A server that gets JSON by POST. It is not followed to another address, which would get its
 * secrets.
 */
final class WebhookTarget implements Target {
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY = 429;
  private static final int SERVER_FAILED = 500;

  private final String name;
  private final Webhook settings;
  private final Path root;
  private final HttpClient client;

  WebhookTarget(String name, Webhook settings, Path root) {
    this.name = name;
    this.settings = settings;
    this.root = root;
    this.client =
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .connectTimeout(settings.timeout())
            .build();
  }

  @Override
  public String name() {
    return "webhook:" + name;
  }

  @Override
  public void tell(AlertMessage message) throws NotToldException {
    HttpRequest request = request(message);
    int status;
    try {
      HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
      // The timeout is one for the status: a body that never ends would be read for ever.
      response.body().close();
      status = response.statusCode();
    } catch (HttpTimeoutException e) {
      throw new NotToldException(
          "it did not answer within %d seconds".formatted(settings.timeout().toSeconds()), true);
    } catch (IOException e) {
      // Without its message, which may hold the address.
      throw new NotToldException(
          "it cannot be reached (%s)".formatted(e.getClass().getSimpleName()), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotToldException("stopped while it was told", false);
    }
    if (status / 100 != 2) {
      throw new NotToldException(
          "it answered with status %d; what is sent is described in docs/alerts.md"
              .formatted(status),
          status == REQUEST_TIMEOUT || status == TOO_MANY || status >= SERVER_FAILED);
    }
  }

  private HttpRequest request(AlertMessage message) throws NotToldException {
    String key = "alerts.receivers." + name;
    String url = resolved(key + ".webhook", settings.url());
    HttpRequest.Builder request;
    try {
      request = HttpRequest.newBuilder(URI.create(url));
    } catch (IllegalArgumentException e) {
      throw new NotToldException(
          key + ".webhook leads to no address; write http://HOST/PATH or https://HOST/PATH", false);
    }
    for (Map.Entry<String, String> header : settings.headers().entrySet()) {
      String at = key + ".headers." + header.getKey();
      try {
        request.setHeader(header.getKey(), resolved(at, header.getValue()));
      } catch (IllegalArgumentException e) {
        throw new NotToldException(at + " leads to no value that a header may have", false);
      }
    }
    return request
        .setHeader("Content-Type", "application/json")
        .timeout(settings.timeout())
        .POST(BodyPublishers.ofByteArray(message.json()))
        .build();
  }

  private String resolved(String key, String text) throws NotToldException {
    try {
      return SecretReference.find(text).map(secret -> secret.resolve(root)).orElse(text);
    } catch (IllegalArgumentException e) {
      throw new NotToldException(key + " " + e.getMessage(), false);
    }
  }
}
