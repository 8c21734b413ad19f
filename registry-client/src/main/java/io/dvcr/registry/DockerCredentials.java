package io.dvcr.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Credentials from docker configuration files and the credential helpers that they name. */
public final class DockerCredentials implements CredentialStore {
  private final List<Path> files;

  private DockerCredentials(List<Path> files) {
    this.files = List.copyOf(files);
  }

  /** Looks in {@code file} alone, which must be there when it is needed. */
  public static DockerCredentials in(Path file) {
    return new DockerCredentials(List.of(file));
  }

  /**
   * Looks where docker, podman and skopeo do: {@code REGISTRY_AUTH_FILE}, {@code
   * $XDG_RUNTIME_DIR/containers/auth.json}, {@code $HOME/.config/containers/auth.json}, {@code
   * $DOCKER_CONFIG/config.json}, {@code $HOME/.docker/config.json}; those that exist, in this
   * order.
   */
  public static DockerCredentials ofUser(Map<String, String> environment) {
    List<Path> candidates = new ArrayList<>();
    add(candidates, environment.get("REGISTRY_AUTH_FILE"), "");
    add(candidates, environment.get("XDG_RUNTIME_DIR"), "containers/auth.json");
    add(candidates, environment.get("HOME"), ".config/containers/auth.json");
    add(candidates, environment.get("DOCKER_CONFIG"), "config.json");
    add(candidates, environment.get("HOME"), ".docker/config.json");
    return new DockerCredentials(candidates.stream().filter(Files::isRegularFile).toList());
  }

  private static void add(List<Path> paths, @Nullable String folder, String file) {
    if (folder != null && !folder.isEmpty()) {
      paths.add(Path.of(folder, file));
    }
  }

  @Override
  public Optional<Credentials> find(String registry) throws IOException {
    for (Path file : files) {
      if (!Files.isReadable(file)) {
        throw unusable(registry, file, "can't be read");
      }
      Optional<Credentials> found = find(registry, file);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<Credentials> find(String registry, Path file) throws IOException {
    try {
      return DockerConfigFile.read(file).find(registry);
    } catch (IOException | IllegalArgumentException e) {
      // The reason may quote the file's content, a secret: not passed on.
      throw unusable(registry, file, "is not valid");
    }
  }

  private static RegistryException unusable(String registry, Path file, String why) {
    return new RegistryException(
        RegistryException.Kind.UNAUTHORIZED,
        "find credentials for " + registry,
        0,
        "",
        "the docker configuration " + file + " " + why);
  }
}
