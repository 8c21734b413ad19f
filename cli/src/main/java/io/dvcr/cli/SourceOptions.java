package io.dvcr.cli;

import io.dvcr.registry.Credentials;
import io.dvcr.registry.http.AddressRules;
import io.dvcr.registry.http.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a source is reached; options of every command that has one. */
final class SourceOptions {
  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "A field of the requests to the source; repeatable.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "User at the source; the password comes from --password-file, DVCR_SOURCE_PASSWORD or a"
              + " prompt.")
  @Nullable String user;

  @Option(names = "--password-file", paramLabel = "FILE", description = "Password of --user.")
  @Nullable Path passwordFile;

  @Option(
      names = "--source-ca",
      paramLabel = "FILE",
      description = "Certificates that the source may be signed by, PEM.")
  @Nullable Path sourceCa;

  @Option(names = "--insecure-source", description = "Trust every certificate of the source.")
  boolean insecureSource;

  @Option(
      names = "--block-address",
      paramLabel = "CIDR",
      description = "A network that the source must not be in; repeatable.")
  List<String> blocked = new ArrayList<>();

  @Option(
      names = "--allow-address",
      paramLabel = "CIDR",
      description = "An exception from --block-address; repeatable.")
  List<String> allowed = new ArrayList<>();

  AddressRules addresses(Problems problems) {
    return problems.value(
        "--block-address", AddressRules.ALLOW_ALL, () -> AddressRules.of(blocked, allowed));
  }

  Headers headers(Problems problems) {
    return problems.value("--header", Headers.NONE, () -> Headers.ofLines(headers));
  }

  Optional<Credentials> credentials(Problems problems, Terminal terminal) {
    if (user == null) {
      if (passwordFile != null) {
        problems.add("--password-file needs --user");
      }
      return Optional.empty();
    }
    String name = user;
    return password(problems, terminal).map(password -> new Credentials(name, password));
  }

  private Optional<String> password(Problems problems, Terminal terminal) {
    if (passwordFile != null) {
      try {
        return Optional.of(Files.readString(passwordFile).replaceFirst("\\R\\z", ""));
      } catch (IOException e) {
        problems.add("--password-file: " + passwordFile + " can't be read");
        return Optional.empty();
      }
    }
    String fromEnvironment = terminal.environment().get("DVCR_SOURCE_PASSWORD");
    if (fromEnvironment != null) {
      return Optional.of(fromEnvironment);
    }
    Optional<String> typed = terminal.askSecret("Password of " + user);
    if (typed.isEmpty()) {
      problems.add("--user needs a password, from --password-file or DVCR_SOURCE_PASSWORD");
    }
    return typed;
  }
}
