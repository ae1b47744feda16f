package io.tidemark.catalog;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
public record Environment(String name, ZoneId timeZone, CatalogSettings catalog, Path checkpoints, KafkaSettings kafka, StreamSettings stream, Map<String, String> spark) {}
