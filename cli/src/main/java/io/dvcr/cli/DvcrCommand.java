package io.dvcr.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program itself, which does nothing without a command. */
@Command(
    name = "dvcr",
    description = "Brings virtual machine disk images into a container registry.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.Provider.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  dvcr import https://example.com/debian-12.qcow2",
      "  dvcr import disk.vmdk --to registry.example.com/vms/debian:12",
      "  dvcr export oci:dvcr-images:debian-12 debian.qcow2"
    })
final class DvcrCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Problems.of(spec.commandLine()).throwIfAny();
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
