package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dvcr.registry.http.BoundedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every stream that gives its input's bytes. */
class StreamsTest {
  private static final byte[] CONTENT = new byte[3000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  private static Stream<Arguments> streams() {
    return Stream.of(
        Arguments.of("observed", over(in -> new ObservedInputStream(in, (b, o, l) -> {}))),
        Arguments.of("peeked", over(in -> PeekedInputStream.of(in, 1024))),
        Arguments.of("peeked beyond its end", over(in -> PeekedInputStream.of(in, 4096))),
        Arguments.of("bounded", over(in -> new BoundedInputStream(in, CONTENT.length))),
        Arguments.of(
            "by ranges",
            over(in -> {
              byte[] all = in.readAllBytes();
              return new RangeInputStream(
                  (at, to, from, count) -> System.arraycopy(all, (int) at, to, from, count),
                  all.length);
            })));
  }

  private static ByteStream.Step over(ByteStream.Step step) {
    return step;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void readWholeAndByteByByte_givesTheSameBytes(String name, ByteStream.Step step)
      throws IOException {
    assertThat(step.over(new ByteArrayInputStream(CONTENT)).readAllBytes()).isEqualTo(CONTENT);

    InputStream in = step.over(new ByteArrayInputStream(CONTENT));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int each = in.read(); each >= 0; each = in.read()) {
      bytes.write(each);
    }
    assertThat(bytes.toByteArray()).isEqualTo(CONTENT);
    assertThat(in.read()).isNegative();
    assertThat(in.read(new byte[0])).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void skippedBytes_areNotGiven(String name, ByteStream.Step step) throws IOException {
    InputStream in = step.over(new ByteArrayInputStream(CONTENT));

    in.skipNBytes(1500);

    assertThat(in.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(CONTENT, 1500, 3000));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void failureAtAnyByte_comesThrough(String name, ByteStream.Step step) {
    for (int cut = 0; cut < CONTENT.length; cut += 97) {
      InputStream failing =
          new SequenceInputStream(new ByteArrayInputStream(CONTENT, 0, cut), new Failing());

      assertThatThrownBy(() -> step.over(failing).readAllBytes())
          .as("cut at %d", cut)
          .isInstanceOf(IOException.class)
          .hasMessage("cut");
    }
  }

  private static final class Failing extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("cut");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      throw new IOException("cut");
    }
  }
}
