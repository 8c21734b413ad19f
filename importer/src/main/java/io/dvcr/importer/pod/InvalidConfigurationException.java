package io.dvcr.importer.pod;

import java.util.List;

/** Everything that is wrong with a configuration, at once. */
public final class InvalidConfigurationException extends Exception {
  private static final long serialVersionUID = 1;

  public InvalidConfigurationException(List<String> problems) {
    super("the configuration is wrong: " + String.join("; ", problems));
  }
}
