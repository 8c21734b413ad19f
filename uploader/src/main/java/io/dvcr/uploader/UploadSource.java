package io.dvcr.uploader;

import io.dvcr.importer.ByteStream;
import io.dvcr.importer.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** An upload as a source: its bytes come once. */
final class UploadSource implements ImageSource {
  private final UploadStream stream;
  private final String fileName;
  private final OptionalLong length;

  /**
   * @param length of the file, if the client told it
   */
  UploadSource(UploadStream stream, String fileName, OptionalLong length) {
    this.stream = stream;
    this.fileName = fileName;
    this.length = length;
  }

  @Override
  public String description() {
    return "the upload";
  }

  @Override
  public String fileName() {
    return fileName;
  }

  @Override
  public ByteStream open() {
    return new ByteStream(stream, length);
  }

  @Override
  public boolean repeatable() {
    return false;
  }

  @Override
  public InputStream openRange(long from, long length) throws IOException {
    throw new IOException("an upload can't be read again");
  }
}
