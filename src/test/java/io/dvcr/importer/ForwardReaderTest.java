package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dvcr.formats.ImageRefusedException;
import io.dvcr.formats.Rule;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ForwardReaderTest {
  private static final byte[] CONTENT = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

  private final byte[] buffer = new byte[CONTENT.length];
  private int starts;
  private final ForwardReader reader =
      new ForwardReader(() -> {
        starts++;
        return new ByteArrayInputStream(CONTENT);
      });

  @Test
  void partsFrontToBack_areReadInOneGo() throws IOException {
    reader.readFully(1, buffer, 0, 2);
    reader.readFully(3, buffer, 2, 1);
    reader.readFully(8, buffer, 3, 2);

    assertThat(buffer).startsWith(1, 2, 3, 8, 9);
    assertThat(starts).isEqualTo(1);
  }

  @Test
  void partBehind_startsAgain() throws IOException {
    reader.readFully(8, buffer, 0, 2);
    reader.readFully(7, buffer, 2, 2);

    assertThat(buffer).startsWith(8, 9, 7, 8);
    assertThat(starts).isEqualTo(2);
  }

  @Test
  void partsBackToFront_areRefusedAfterAWhile() throws IOException {
    for (int i = 0; i < 16; i++) {
      reader.readFully(5, buffer, 0, 1);
    }
    assertThatThrownBy(() -> reader.readFully(5, buffer, 0, 1))
        .isInstanceOfSatisfying(
            ImageRefusedException.class, e -> assertThat(e.rule()).isEqualTo(Rule.R3));
    assertThat(starts).isEqualTo(16);
  }

  @Test
  void partBeyondTheEnd_isNotThere() {
    assertThatThrownBy(() -> reader.readFully(8, buffer, 0, 3)).isInstanceOf(EOFException.class);
  }
}
