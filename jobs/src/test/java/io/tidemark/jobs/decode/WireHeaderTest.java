package io.tidemark.jobs.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireHeaderTest {
  private static WireHeader read(String hex, boolean withPlace) throws BadMessageException {
    return WireHeader.read(HexFormat.of().parseHex(hex.replace(" ", "")), withPlace);
  }

  @Test
  void namesASchemaInFourBytes() throws BadMessageException {
    WireHeader header = read("00 00010203 aa", false);
    assertThat(header.id()).isEqualTo(0x010203);
    assertThat(header.length()).isEqualTo(5);
  }

  @Test
  void theFirstTypeIsASingleZero() throws BadMessageException {
    WireHeader header = read("00 00000007 00 aa", true);
    assertThat(header.place()).containsExactly(0);
    assertThat(header.length()).isEqualTo(6);
  }

  @Test
  void otherTypesAreCountedAndNumbered() throws BadMessageException {
    WireHeader header = read("00 00000007 04 02 8002 aa", true); // two: 1, 128
    assertThat(header.place()).containsExactly(1, 128);
    assertThat(header.length()).isEqualTo(9);
  }

  @Test
  void jsonMayStandBehindIt() throws BadMessageException {
    Decoder decoder = new FramedJsonDecoder(Payloads.rows("n int"));
    byte[] json =
        ("....." + "{\"t\": " + Payloads.TIME.toEpochMilli() + ", \"n\": 7}").getBytes(UTF_8);
    System.arraycopy(new byte[] {0, 0, 0, 0, 9}, 0, json, 0, 5);
    assertThat(Payloads.read(decoder, json)).containsExactly(7);
    json[0] = 1;
    assertThat(Payloads.read(decoder, json).get(0)).isEqualTo(Reason.MALFORMED);
    assertThat(decoder.decode(null, Payloads.TIME))
        .isEqualTo(new Decoded.Rejected(Reason.EMPTY, "the message has no bytes"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          7b           | false | byte 0 is 0x7b, but 0 begins a message that names its schema
          01 00000007  | false | byte 0 is 0x01, but 0 begins a message that names its schema
          00 0000      | false | has only 3 of the 5 bytes that name its schema
          00 ffffffff  | false | names schema -1, a number that no registry gives
          00 00000007  | true  | ends inside what says which type of schema it is
          00 00000007 04 02 | true | ends inside what says which type of schema it is
          00 00000007 01 | true | says that its type is declared -1 deep
          00 00000007 8008 | true | says that its type is declared 512 deep
          00 00000007 ffffffffff01 | true | has a number of more than five bytes where its type is named
          """)
  void refusesWhatIsNone(String hex, boolean withPlace, String detail) {
    assertThatThrownBy(() -> read(hex, withPlace))
        .isInstanceOfSatisfying(
            BadMessageException.class,
            e -> assertThat(e.verdict()).isEqualTo(new Decoded.Rejected(Reason.MALFORMED, detail)));
  }
}
