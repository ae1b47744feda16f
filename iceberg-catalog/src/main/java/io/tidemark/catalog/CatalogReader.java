package io.tidemark.catalog;

import io.tidemark.catalog.CatalogSettings.Type;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.SecretReference;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Values;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads {@link CatalogSettings}; their keys are declared here, and which type takes which. */
final class CatalogReader {
  private static final Key<String> NAME =
      Key.withDefault("name", Values.IDENTIFIER, "tidemark", "What SQL calls the catalog.");
  private static final Key<Type> TYPE =
      Key.required(
          "type",
          Values.oneOf(Type.class),
          "`embedded`: files of one machine. `hive`: a Hive Metastore. `rest`: a server of Iceberg's"
              + " REST protocol. `jdbc`: a PostgreSQL database. See [catalogs](catalogs.md).");
  private static final Key<String> URI_KEY =
      Key.optional(
          "uri",
          Values.TEXT,
          "Where the catalog answers: `thrift://host:9083` (several with commas), `https://host/path`,"
              + " `jdbc:postgresql://host:5432/database`. Required but for `embedded`.");
  private static final Key<String> WAREHOUSE =
      Key.optional(
          "warehouse",
          Values.TEXT,
          "`embedded`: its directory, from the project's root. `hive`, `jdbc`: where new tables are"
              + " written, a URI or a directory that every machine mounts. `rest`: what the server calls its warehouse, if"
              + " it asks for one. Required but for `rest`.");
  private static final Key<String> USER =
      Key.optional("user", Values.TEXT, "`jdbc`: the database's user. `rest`: the OAuth2 client.");
  private static final Key<SecretReference> PASSWORD =
      Key.optional(
          "password",
          Values.SECRET,
          "The user's; for `rest` without a user a bearer token. Taken from an environment variable"
              + " or a file, from the project's root.");
  private static final Key<Map<String, String>> PROPERTIES =
      Key.map(
          "properties",
          Values.ANY_TEXT,
          "More of Iceberg's catalog properties (`io-impl`, `s3.endpoint`, ...); a value may be"
              + " `${env:NAME}` or `${file:PATH}`. Not for `embedded`.");

  static final Keys KEYS = Keys.of(NAME, TYPE, URI_KEY, WAREHOUSE, USER, PASSWORD, PROPERTIES);

  private static final Pattern THRIFT =
      Pattern.compile("thrift://[^\\s,/:]+:\\d{1,5}(,thrift://[^\\s,/:]+:\\d{1,5})*");

  /** Properties that have a key of their own, or that the tables cannot do without. */
  private static final Map<String, String> OWN =
      Map.of(
          "type", "set 'catalog.type' instead",
          "catalog-impl", "set 'catalog.type' instead",
          "uri", "set 'catalog.uri' instead",
          "warehouse", "set 'catalog.warehouse' instead",
          "jdbc.user", "set 'catalog.user' instead",
          "jdbc.password", "set 'catalog.password' instead",
          "credential", "set 'catalog.user' and 'catalog.password' instead",
          "token", "set 'catalog.password', and no user, instead",
          "jdbc.schema-version", "remove it, Tidemark sets it itself",
          "cache-enabled", "remove it, Tidemark sets it itself");

  private final Section section;
  private final Path root;
  private final Type type;

  private CatalogReader(Section section, Path root) {
    this.section = section;
    this.root = root;
    this.type = section.get(TYPE);
  }

  /**
   * Reads the group {@code catalog}.
   *
   * @param root where relative paths start
   * @return {@code null} after a problem was added
   */
  static CatalogSettings read(Section section, Path root) {
    return section == null ? null : new CatalogReader(section, root).read();
  }

  private CatalogSettings read() {
    if (type == null) {
      return null;
    }
    switch (type) {
      case EMBEDDED -> {
        require(WAREHOUSE, ".tidemark/warehouse");
        refuse(List.of(URI_KEY, USER, PASSWORD, PROPERTIES));
      }
      case HIVE -> {
        require(URI_KEY, "thrift://host:9083");
        require(WAREHOUSE, "s3a://bucket/warehouse");
        refuse(List.of(USER, PASSWORD));
      }
      case REST -> require(URI_KEY, "https://host/catalog");
      case JDBC -> {
        require(URI_KEY, "jdbc:postgresql://host:5432/database");
        require(WAREHOUSE, "s3a://bucket/warehouse");
      }
    }
    checkUri();
    checkUser();
    String warehouse = warehouse();
    String password = password();
    Map<String, String> properties = properties();
    return section.build(
        () ->
            new CatalogSettings(
                section.get(NAME),
                type,
                section.get(URI_KEY),
                warehouse,
                section.get(USER),
                password,
                properties));
  }

  private void require(Key<?> key, String example) {
    if (!section.has(key)) {
      section.refuse(
          key,
          "is missing, which type %s needs; write '%s: %s'"
              .formatted(Values.text(type), key.name(), example));
    }
  }

  private void refuse(List<Key<?>> keys) {
    for (Key<?> key : keys) {
      if (section.has(key)) {
        section.refuse(
            key, "", "", "is nothing that type " + Values.text(type) + " uses; remove it");
      }
    }
  }

  private void checkUri() {
    String uri = section.get(URI_KEY);
    if (uri == null) {
      return;
    }
    switch (type) {
      case HIVE -> {
        if (!THRIFT.matcher(uri).matches()) {
          section.refuse(
              URI_KEY,
              "is no address of a Hive Metastore; write thrift://host:port, several with commas and"
                  + " no spaces");
        }
      }
      case REST -> {
        if (!isHttp(uri)) {
          refuseUri(
              "is no address of a REST catalog; write http:// or https://, host and path", uri);
        }
      }
      case JDBC -> {
        if (!uri.startsWith("jdbc:postgresql:")) {
          refuseUri("is no PostgreSQL database; write jdbc:postgresql://host:5432/database", uri);
        }
      }
      case EMBEDDED -> {
        // refused above
      }
    }
    if (holdsSecret(uri)) {
      refuseUri("holds a user or a password; write them as 'user:' and 'password:'", uri);
    }
  }

  /** Without the value where that may be a secret. */
  private void refuseUri(String remedy, String uri) {
    section.refuse(URI_KEY, "", holdsSecret(uri) ? "" : uri, remedy);
  }

  private static boolean isHttp(String uri) {
    try {
      URI parsed = new URI(uri);
      return List.of("http", "https").contains(String.valueOf(parsed.getScheme()))
          && parsed.getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean holdsSecret(String uri) {
    return Pattern.compile("(?i)//[^/?]*@|[?&;](user|[a-z]*password)=").matcher(uri).find();
  }

  private void checkUser() {
    if (section.get(USER) != null && !section.has(PASSWORD) && type == Type.REST) {
      section.refuse(USER, "has no password; write 'password: ${env:NAME}'");
    }
    if (section.has(PASSWORD) && !section.has(USER) && type == Type.JDBC) {
      section.refuse(PASSWORD, "", "", "is nobody's; write the 'user:' it belongs to");
    }
  }

  private String warehouse() {
    String warehouse = section.get(WAREHOUSE);
    if (warehouse == null || type == Type.REST) {
      return warehouse;
    }
    boolean uri = warehouse.contains(":/");
    if (type == Type.EMBEDDED) {
      if (uri) {
        section.refuse(
            WAREHOUSE, "is a URI; an embedded catalog is in a directory of this machine");
        return null;
      }
      return root.resolve(warehouse).normalize().toString();
    }
    if (!uri && !Path.of(warehouse).isAbsolute()) {
      section.refuse(
          WAREHOUSE,
          "is relative; write a location that every machine opens alike, such as"
              + " s3a://bucket/warehouse or a mounted /lake/warehouse");
    }
    return uri ? warehouse : "file:" + warehouse;
  }

  private String password() {
    SecretReference password = section.get(PASSWORD);
    try {
      return password == null ? null : password.resolve(root);
    } catch (IllegalArgumentException e) {
      section.refuse(PASSWORD, "", "", e.getMessage());
      return null;
    }
  }

  private Map<String, String> properties() {
    Map<String, String> written = section.get(PROPERTIES);
    Map<String, String> properties = new TreeMap<>();
    if (written == null) {
      return properties;
    }
    written.forEach(
        (name, value) -> {
          if (OWN.containsKey(name)) {
            section.refuse(PROPERTIES, name, "", "is no property to set here; " + OWN.get(name));
          } else if (Environment.unlocksHive(name)) {
            section.refuse(PROPERTIES, name, "", Environment.LOCK_REMEDY);
          } else {
            properties.put(name, resolved(section, PROPERTIES, name, value, root));
          }
        });
    return properties;
  }

  /** The value of a property, which may say where a secret stands. */
  static String resolved(
      Section section, Key<Map<String, String>> properties, String name, String value, Path root) {
    try {
      return SecretReference.find(value).map(secret -> secret.resolve(root)).orElse(value);
    } catch (IllegalArgumentException e) {
      section.refuse(properties, name, "", e.getMessage());
      return value;
    }
  }
}
