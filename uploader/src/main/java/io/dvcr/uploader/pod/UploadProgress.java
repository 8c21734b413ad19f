package io.dvcr.uploader.pod;

import io.dvcr.contract.ImportProgress;
import io.dvcr.importer.ProgressMeter;

/** How far the upload is that is under way, or the last one. */
final class UploadProgress {
  private volatile ProgressMeter meter = new ProgressMeter();

  /** A new upload begins. */
  void isOf(ProgressMeter upload) {
    meter = upload;
  }

  ImportProgress sample() {
    return meter.sample();
  }
}
