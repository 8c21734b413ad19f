package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarFrameTest {
  private static byte[] archive(String name, byte[] content) throws IOException {
    TarFrame frame = TarFrame.of(name, content.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(frame.head());
    out.write(content);
    out.write(frame.tail());
    assertThat(out.size()).isEqualTo((int) frame.totalLength());
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 513, 10_000})
  void archive_holdsTheFolderAndOneFile(int length) throws IOException {
    byte[] content = new byte[length];
    java.util.Arrays.fill(content, (byte) 7);

    byte[] archive = archive("a.qcow2", content);

    assertThat(archive.length % 512).isZero();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
      TarArchiveEntry folder = tar.getNextEntry();
      assertThat(folder.getName()).isEqualTo("disk/");
      assertThat(folder.isDirectory()).isTrue();
      assertThat(folder.getMode()).isEqualTo(0755);
      TarArchiveEntry file = tar.getNextEntry();
      assertThat(file.getName()).isEqualTo("disk/a.qcow2");
      assertThat(file.getMode()).isEqualTo(0644);
      assertThat(file.getLongUserId()).isEqualTo(64535);
      assertThat(file.getLongGroupId()).isEqualTo(64535);
      assertThat(file.getUserName()).isEmpty();
      assertThat(file.getLastModifiedTime().toMillis()).isZero();
      assertThat(tar.readAllBytes()).isEqualTo(content);
      assertThat(tar.getNextEntry()).isNull();
    }
  }

  @Test
  void fileFrom8GiBOn_getsAPaxHeaderWithItsLength() throws IOException {
    TarFrame frame = TarFrame.of("big.raw", 1L << 33);

    TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(frame.head()));
    tar.getNextEntry();

    assertThat(tar.getNextEntry().getSize()).isEqualTo(1L << 33);
  }

  @Test
  void smallFileWithAPlainName_needsNoPaxHeader() {
    assertThat(TarFrame.of("a.img", 5).head()).hasSize(2 * 512);
  }

  @Test
  void longAndForeignNames_areKept() throws IOException {
    String name = "образ-" + "x".repeat(150) + ".raw";
    TarFrame frame = TarFrame.of(name, 1);

    TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(frame.head()), "UTF-8");
    tar.getNextEntry();

    assertThat(tar.getNextEntry().getName()).isEqualTo("disk/" + name);
  }
}
