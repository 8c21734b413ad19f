package io.dvcr.uploader.pod;

import io.dvcr.importer.Remedy;

/** What to do about a failure, in the words of whoever writes a pod: its variables and files. */
final class UploaderRemedies {
  private UploaderRemedies() {}

  static String of(Remedy remedy) {
    return switch (remedy) {
      case LOG_IN -> "check the credentials that UPLOADER_DESTINATION_AUTH_CONFIG names";
      case SHOW_CERTIFICATE ->
          "the uploader has no certificate to show there: let the registry want none";
      case TRUST_TARGET ->
          "name its authority's certificate in UPLOADER_DESTINATION_CA_BUNDLE, or trust everyone"
              + " with DESTINATION_INSECURE_TLS";
      case ALLOW_VIRTUAL_SIZE -> "upload a smaller disk";
      case TRUST_SOURCE, ALLOW_ADDRESS -> "upload it again";
    };
  }
}
