package io.tidemark.jobs.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  @Test
  void endsLinesAtLineFeedsWithOrWithoutCarriageReturn() throws Exception {
    assertThat(lines("a\r\nb\n\n\rc\n")).containsExactly("a", "b", "", "\rc");
    assertThat(lines("a\nb")).containsExactly("a", "b");
    assertThat(lines("\n")).containsExactly("");
    assertThat(lines("")).isEmpty();
  }

  @Test
  void joinsLinesThatSpanBuffers() throws Exception {
    for (int length : new int[] {65_535, 65_536, 65_537, 200_000}) {
      String line = "x".repeat(length);
      assertThat(lines(line + "\n" + line)).containsExactly(line, line);
      assertThat(lines(line + "\r\ny")).containsExactly(line, "y");
    }
  }

  private static List<String> lines(String text) throws Exception {
    LineReader reader =
        new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    List<String> lines = new ArrayList<>();
    for (byte[] line = reader.next(); line != null; line = reader.next()) {
      lines.add(new String(line, StandardCharsets.ISO_8859_1));
      assertThat(reader.number()).isEqualTo(lines.size());
    }
    return lines;
  }
}
