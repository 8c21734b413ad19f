package io.dvcr.importer.pod;

import com.fasterxml.jackson.databind.ObjectMapper;

/** The pod's JSON; made when the first is read or written, since it costs a tenth of the start. */
final class Json {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}
}
