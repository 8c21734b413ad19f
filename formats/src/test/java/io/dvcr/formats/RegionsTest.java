package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionsTest {
  private static final int LENGTH = 100_000;

  private final byte[] image = new byte[LENGTH];
  private final Regions regions = new Regions();
  private final List<String> seen = new ArrayList<>();
  private int reads;

  RegionsTest() {
    new Random(1).nextBytes(image);
  }

  private int see(long offset, ByteBuffer bytes, int wanted) {
    byte[] expected = new byte[bytes.limit()];
    System.arraycopy(image, (int) Math.min(offset, LENGTH), expected, 0, expected.length);
    assertThat(bytes).isEqualTo(ByteBuffer.wrap(expected));
    assertThat(bytes.limit()).isEqualTo(Math.clamp(LENGTH - offset, 0, wanted));
    seen.add(offset + "+" + wanted);
    return wanted;
  }

  private void stream(int piece) throws IOException {
    byte[] piecewise = new byte[piece + 3];
    for (int at = 0; at < LENGTH; at += piece) {
      int count = Math.min(piece, LENGTH - at);
      System.arraycopy(image, at, piecewise, 3, count);
      regions.observe(piecewise, 3, count);
    }
    regions.end();
    regions.readAgain(this::read);
  }

  private void read(long position, byte[] buffer, int offset, int length) {
    reads++;
    System.arraycopy(image, Math.toIntExact(position), buffer, offset, length);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 512, 4096, LENGTH})
  void regionsAhead_areVisitedInOrderOfStartWithoutReading(int piece) throws IOException {
    regions.walk(() -> {
      regions.want(50_000, 1000, this::see);
      regions.want(10, 60_000, this::see);
      regions.want(0, 1, this::see);
      regions.want(20, 30, this::see);
      regions.want(99_999, 1, this::see);
    });
    stream(piece);
    assertThat(seen).containsExactly("0+1", "10+60000", "20+30", "50000+1000", "99999+1");
    assertThat(reads).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 512, 4096, LENGTH})
  void regionsWantedByVisits_areStreamedAheadAndReadAgainBehind(int piece) throws IOException {
    Regions.Visitor leaf = this::see;
    regions.walk(() ->
        regions.want(
            40_000,
            8,
            (offset, bytes, wanted) -> {
              regions.want(40_007, 2, leaf);
              regions.want(40_008, 2, leaf);
              regions.want(5, 2, leaf);
              regions.want(1, 2, leaf);
              return see(offset, bytes, wanted);
            }));
    stream(piece);
    assertThat(seen).containsExactly("40000+8", "40008+2", "1+2", "5+2", "40007+2");
    assertThat(reads).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 512, 4096, LENGTH})
  void regionsInWhatIsKept_areVisitedWithoutReading(int piece) throws IOException {
    Regions.Visitor leaf = this::see;
    Regions.Visitor second =
        (offset, bytes, wanted) -> {
          regions.want(45_000, 5_000, leaf);
          regions.want(44_990, 15, leaf);
          regions.want(44_989, 15, leaf); // starts in front of it
          return see(offset, bytes, wanted);
        };
    regions.walk(() ->
        regions.want(
            40_000,
            8,
            (offset, bytes, wanted) -> {
              regions.keep(44_990, 5_010);
              regions.want(60_000, 10, second);
              return see(offset, bytes, wanted);
            }));
    stream(piece);
    assertThat(seen).containsExactly("40000+8", "60000+10", "44990+15", "45000+5000", "44989+15");
    assertThat(reads).isEqualTo(1);
  }

  /** Each level in front of the one that points at it, as a packed image would be at its worst. */
  @Test
  void levelsOfTablesThatPointBackwards_areReadFrontToBackOnceEach() throws IOException {
    int piece = 1 << 20;
    int third = 20 * piece;
    int[] leaves = new int[1];
    Regions.Visitor leaf =
        (offset, bytes, wanted) -> {
          leaves[0]++;
          return 0;
        };
    Regions.Visitor middle =
        (offset, bytes, wanted) -> {
          for (int i = 0; i < 100; i++) {
            regions.want((offset * 31 + i * 9_999_991L) % third, 500, leaf);
          }
          return 0;
        };
    Regions.Visitor top =
        (offset, bytes, wanted) -> {
          for (int i = 0; i < 100; i++) {
            regions.want(third + i * 7_777_777L % third, 4096, middle);
          }
          return 0;
        };
    regions.walk(() -> regions.want(2 * third + 10, 8, top));
    for (int at = 0; at < 3 * third; at += piece) {
      regions.observe(new byte[piece], 0, piece);
    }
    regions.end();
    long[] last = new long[1];
    int[] backwards = new int[1];
    regions.readAgain((position, buffer, offset, length) -> {
      if (position < last[0]) {
        backwards[0]++;
      }
      last[0] = position + length;
    });
    assertThat(leaves[0]).isEqualTo(10_000);
    assertThat(backwards[0]).isEqualTo(1);
  }

  @Test
  void regionsCutByTheEnd_areVisitedWithWhatThereIs() throws IOException {
    regions.walk(() -> {
      regions.want(99_990, 20, this::see);
      regions.want(100_000, 20, this::see);
      regions.want(Long.MAX_VALUE, 20, (offset, bytes, wanted) -> bytes.limit());
    });
    stream(1000);
    assertThat(seen).containsExactly("99990+20", "100000+20");
  }

  @Test
  void equalRegions_areVisitedOnce() throws IOException {
    Regions.Visitor visitor = this::see;
    regions.walk(() -> {
      for (int i = 0; i < 1000; i++) {
        regions.want(500 + i % 3, 10, visitor);
      }
    });
    stream(64);
    assertThat(seen).containsExactly("500+10", "501+10", "502+10");
  }

  @Test
  void moreRegionsThanThereIsRoomFor_areAllReadAgain() throws IOException {
    int count = 1 << 19;
    long[] visits = new long[2];
    Regions.Visitor visitor =
        (offset, bytes, wanted) -> {
          visits[0]++;
          visits[1] += offset;
          return bytes.limit();
        };
    Regions.Visitor table =
        (offset, bytes, wanted) -> {
          for (int i = 0; i < count / 64; i++) {
            regions.want(60_000 + i, 1, visitor);
          }
          return bytes.limit();
        };
    regions.walk(() -> {
      for (int i = 0; i < 64; i++) {
        regions.want(10_000 + i, 1, table);
      }
    });
    stream(4096);
    assertThat(visits[0]).isGreaterThanOrEqualTo(count / 64);
  }

  /** Sixteen million times, in all orders of a few. */
  @Test
  void sameFewRegionsWantedOverAndOver_areVisitedOnceEach() throws IOException {
    Regions.Visitor visitor = this::see;
    regions.walk(() -> {
      for (int i = 0; i < 1 << 24; i++) {
        regions.want(500 + i % 7, 10, visitor);
      }
    });
    stream(LENGTH);
    assertThat(seen).hasSize(7);
  }

  @Test
  void visitsThatUseTheSameBytesAgainAndAgain_areRefused() throws IOException {
    for (int i = 0; i < 5000; i++) {
      regions.want(50_000 - i, 40_000 + i, this::see);
    }
    assertThatThrownBy(() -> stream(4096))
        .isInstanceOfSatisfying(
            ImageRefusedException.class, e -> assertThat(e.rule()).isEqualTo(Rule.R2));
  }
}
