package io.dvcr.cli;

import io.dvcr.importer.Remedy;

/** What to do about a failure, in the command line's words: its options. */
final class Remedies {
  private Remedies() {}

  static String of(Remedy remedy) {
    return switch (remedy) {
      case LOG_IN -> "log in with docker login or name a file with --auth-file";
      case SHOW_CERTIFICATE ->
          "show a certificate that it knows with --client-cert and --client-key";
      case TRUST_TARGET ->
          "name its authority's certificate with --ca, or trust everyone with --insecure";
      case TRUST_SOURCE ->
          "name its authority's certificate with --source-ca, or trust everyone with"
              + " --insecure-source";
      case ALLOW_ADDRESS -> "name another source, or allow the address with --allow-address";
      case ALLOW_VIRTUAL_SIZE -> "allow more with --max-virtual-size";
    };
  }
}
