package io.dvcr.uploader;

import io.dvcr.contract.ImportReport;
import io.dvcr.importer.ImageSource;
import io.dvcr.importer.ImportException;
import io.dvcr.importer.ProgressMeter;

/** Where uploads go, and what is made of them. */
public interface UploadTarget {
  /**
   * Imports one upload; called on a thread of its own, which is interrupted to end it. The source
   * stays the caller's.
   *
   * @throws ImportException if it failed; then nothing is published
   */
  ImportReport store(ImageSource upload, ProgressMeter progress) throws ImportException;
}
