package io.tidemark.catalog;
import java.time.Duration;
public record StreamSettings(Duration trigger, long maxMessagesPerMicroBatch, long maxRowsPerMicroBatch) {}
