package io.dvcr.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** What {@code --help} says, for the generated page. */
public final class HelpPages {
  /** What fits into a page of the documentation; a terminal's own width does not count here. */
  private static final int WIDTH = 100;

  private HelpPages() {}

  /** The help of each command by its whole name, the program itself first. */
  public static Map<String, String> all() {
    Map<String, String> pages = new LinkedHashMap<>();
    add(Main.commandLine(Terminal.nowhere()), pages);
    return pages;
  }

  private static void add(CommandLine command, Map<String, String> pages) {
    command.setUsageHelpAutoWidth(false);
    command.setUsageHelpWidth(WIDTH);
    pages.put(command.getCommandSpec().qualifiedName(), command.getUsageMessage(Ansi.OFF));
    command.getSubcommands().values().forEach(each -> add(each, pages));
  }
}
