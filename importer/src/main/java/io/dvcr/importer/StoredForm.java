package io.dvcr.importer;

/** What lies in the layer: the bare disk image, or the source's bytes as they came. */
public enum StoredForm {
  UNPACKED,
  AS_RECEIVED
}
