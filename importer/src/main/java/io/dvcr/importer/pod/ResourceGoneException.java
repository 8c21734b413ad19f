package io.dvcr.importer.pod;

/** The resource is not there any more, or another one has its name. */
final class ResourceGoneException extends Exception {
  private static final long serialVersionUID = 1;

  ResourceGoneException(String message) {
    super(message);
  }
}
