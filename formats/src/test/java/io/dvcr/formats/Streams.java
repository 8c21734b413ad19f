package io.dvcr.formats;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;

/** Sources, readers and contents for the tests of decoders. */
final class Streams {
  private Streams() {}

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** Something between text and noise, which every packer shrinks a little. */
  static byte[] content(int length, long seed) {
    Random random = new Random(seed);
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      content[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : i >>> 5);
    }
    return content;
  }

  static byte[] unpack(Compression compression, byte[] packed) throws IOException {
    return unpack(compression, new ByteArrayInputStream(packed));
  }

  static byte[] unpack(Compression compression, InputStream packed) throws IOException {
    try (InputStream in = compression.decode(packed, DecoderLimits.DEFAULT)) {
      return in.readAllBytes();
    }
  }

  /** Gives at most {@code most} bytes at a time. */
  static InputStream inPieces(byte[] bytes, int most) {
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        return super.read(buffer, offset, Math.min(length, most));
      }
    };
  }

  /** Gives {@code bytes} and then fails. */
  static InputStream failing(byte[] bytes, int count, IOException failure) {
    return new InputStream() {
      private int position;

      @Override
      public int read() throws IOException {
        if (position == count) {
          throw failure;
        }
        return Byte.toUnsignedInt(bytes[position++]);
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        if (position == count) {
          throw failure;
        }
        int given = Math.min(length, count - position);
        System.arraycopy(bytes, position, buffer, offset, given);
        position += given;
        return given;
      }
    };
  }

  /** Reads to the end with lengths from 1 to {@code most}. */
  static byte[] readInPieces(InputStream in, Random random, int most) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[most + 7];
    while (true) {
      int offset = random.nextInt(7);
      int count = in.read(buffer, offset, 1 + random.nextInt(most));
      if (count < 0) {
        return all.toByteArray();
      }
      all.write(buffer, offset, count);
    }
  }
}
