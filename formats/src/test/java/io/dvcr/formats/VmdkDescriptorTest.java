package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmdkDescriptorTest {
  private static final int SIZE = 20 * 512;

  private static final String GOOD = VmdkStream.DESCRIPTOR;
  private static final String EXTENT = "RW 16384 SPARSE \"disk-stream.vmdk\"";

  private static byte[] region(String text) {
    return Arrays.copyOf(text.getBytes(StandardCharsets.ISO_8859_1), SIZE);
  }

  private static void assertAccepted(String text) {
    assertThat(GOOD).isNotEqualTo(text);
    assertThatCode(() -> VmdkDescriptor.check(region(text), SIZE)).doesNotThrowAnyException();
  }

  private static void assertRefused(Rule rule, String text) {
    assertRefused(rule, region(text), SIZE);
  }

  private static void assertRefused(Rule rule, byte[] bytes, int size) {
    ImageRefusedException refusal =
        catchThrowableOfType(ImageRefusedException.class, () -> VmdkDescriptor.check(bytes, size));
    assertThat(refusal).isNotNull();
    assertThat(refusal.rule()).isEqualTo(rule);
  }

  @Test
  void otherSpellings_areAccepted() {
    assertAccepted(GOOD.replace("\n", "\r\n"));
    assertAccepted(GOOD.replace("streamOptimized", "MONOLITHICsparse"));
    assertAccepted(GOOD.replace("\"streamOptimized\"", "streamOptimized"));
    assertAccepted(GOOD.replace("createType", "CREATETYPE").replace("parentCID", "PARENTCID"));
    assertAccepted(GOOD.replace(EXTENT, EXTENT.replace("RW", "RDONLY") + " 0"));
    assertAccepted(GOOD.replace(EXTENT, EXTENT.replace("disk", "d\u00FCsk 1")));
    assertAccepted("encoding=\"windows-1252\"\n" + GOOD);
    assertAccepted(GOOD + "\0garbage that nobody reads");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "CID", "parentCID", "createType"})
  void missingKey_isRefused(String key) {
    assertRefused(Rule.V3, GOOD.replaceAll("(?m)^" + key + "=.*\n", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "twoGbMaxExtentSparse",
        "monolithicFlat",
        "vmfs",
        "vmfsSparse",
        "custom",
        "",
        "fullDevice"
      })
  void otherCreateType_isRefused(String type) {
    assertRefused(Rule.V3, GOOD.replace("streamOptimized", type));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        EXTENT + "\n" + EXTENT,
        "RW 16384 FLAT \"disk.vmdk\" 0",
        "RW 16384 sparse \"disk.vmdk\"",
        "RW 16384 VMFS \"disk.vmdk\"",
        "RW 16384 SPARSE \"/etc/passwd\"",
        "RW 16384 SPARSE \"..\\disk.vmdk\"",
        "RW 16384 SPARSE disk.vmdk",
        "RW 16384 SPARSE \"disk.vmdk",
        "RW 16384 SPARSE",
        "RW many SPARSE \"disk.vmdk\"",
        "RW 16384 SPARSE \"disk.vmdk\" x",
        "rw 16384 SPARSE \"disk.vmdk\"",
        EXTENT + "\nnonsense",
        EXTENT + "\na key=value",
        EXTENT + "\n=value",
      })
  void otherExtents_areRefused(String extent) {
    assertRefused(Rule.V3, GOOD.replace(EXTENT, extent));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "parentFileNameHint=\"x.vmdk\"",
        "# parentFileNameHint=\"x.vmdk\"",
        "ddb.parentfilenamehint = 1",
        "# parentCID=12345678",
        "parentCID=00000000",
        "parentCID= ffffffff",
        "parentCID=fffffffff",
      })
  void parentAnywhere_isRefused(String line) {
    assertRefused(Rule.V4, GOOD + line + "\n");
  }

  @Test
  void parentBehindTheEndOfTheText_isRefused() {
    assertRefused(Rule.V4, GOOD + "\0parentFileNameHint=x");
  }

  @Test
  void parentBehindTheRegion_isRefusedWhereQemuReadsOn() {
    String full = GOOD + "#".repeat(1024 - GOOD.length());
    assertRefused(Rule.V4, region(full + "parentFileNameHint=x"), 1024);
    assertThatCode(() -> VmdkDescriptor.check(region(full + "\0parentFileNameHint=x"), 1024))
        .doesNotThrowAnyException();
  }

  @Test
  void emptyRegion_isRefused() {
    assertRefused(Rule.V3, new byte[SIZE], SIZE);
  }

  @Test
  void oneLongLine_isRefusedQuickly() {
    byte[] line = new byte[2047 * 512];
    Arrays.fill(line, (byte) 'a');
    assertRefused(Rule.V3, line, line.length);
  }

  @Test
  void manyShortLines_areRefusedQuickly() {
    byte[] lines = new byte[2047 * 512];
    Arrays.fill(lines, (byte) '\n');
    assertRefused(Rule.V3, lines, lines.length);
  }
}
