package io.dvcr.importer;

/**
 * What a user can set so that an import may do what it did not. Each front words it, for each has
 * its own name for the setting.
 */
public enum Remedy {
  /** Other credentials for the target. */
  LOG_IN,
  /** A client certificate that the target knows. */
  SHOW_CERTIFICATE,
  /** Trust in the target's certificate. */
  TRUST_TARGET,
  /** Trust in the source's certificate. */
  TRUST_SOURCE,
  /** An exception from the address rules. */
  ALLOW_ADDRESS,
  /** A larger virtual size. */
  ALLOW_VIRTUAL_SIZE
}
