package io.dvcr.importer.pod;

import io.dvcr.importer.Remedy;

/** What to do about a failure, in the words of whoever writes a pod: its variables and files. */
final class PodRemedies {
  private PodRemedies() {}

  static String of(Remedy remedy) {
    return switch (remedy) {
      case LOG_IN -> "check the credentials that IMPORTER_DESTINATION_AUTH_CONFIG names";
      case SHOW_CERTIFICATE ->
          "the importer has no certificate to show there: let the registry want none";
      case TRUST_TARGET ->
          "give it a certificate that the system trusts, or trust everyone with"
              + " DESTINATION_INSECURE_TLS";
      case TRUST_SOURCE -> "put its authority's certificate into the folder of IMPORTER_CERT_DIR";
      case ALLOW_ADDRESS ->
          "name another source, or allow the address with IMPORTER_ALLOW_ADDRESSES";
      case ALLOW_VIRTUAL_SIZE -> "import a smaller disk";
    };
  }
}
