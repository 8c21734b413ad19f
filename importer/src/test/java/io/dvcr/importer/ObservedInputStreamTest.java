package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ObservedInputStreamTest {
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
  private int ends;

  private final ByteObserver observer =
      new ByteObserver() {
        @Override
        public void observe(byte[] bytes, int offset, int length) {
          seen.write(bytes, offset, length);
        }

        @Override
        public void end() {
          ends++;
        }
      };

  @Test
  void readSkippedAndSingleBytes_areAllSeen_andTheEndOnce() throws IOException {
    byte[] content = "0123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    ObservedInputStream in = new ObservedInputStream(new ByteArrayInputStream(content), observer);

    assertThat(in.read()).isEqualTo('0');
    in.skipNBytes(3);
    in.readAllBytes();

    assertThat(in.read()).isNegative();
    assertThat(seen.toByteArray()).isEqualTo(content);
    assertThat(ends).isEqualTo(1);
  }

  @Test
  void verdictAtTheEnd_stopsTheReader() {
    ByteObserver refusing =
        new ByteObserver() {
          @Override
          public void observe(byte[] bytes, int offset, int length) {}

          @Override
          public void end() throws IOException {
            throw new IOException("wrong sum");
          }
        };

    assertThatThrownBy(() ->
            new ObservedInputStream(new ByteArrayInputStream(new byte[3]), refusing).readAllBytes())
        .hasMessage("wrong sum");
  }
}
