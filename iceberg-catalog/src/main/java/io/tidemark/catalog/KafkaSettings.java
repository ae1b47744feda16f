package io.tidemark.catalog;
import java.nio.file.Path;
import java.util.Map;
public record KafkaSettings(String bootstrapServers, boolean embedded, Path data, Map<String, String> properties) {}
