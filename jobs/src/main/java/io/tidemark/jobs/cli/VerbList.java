package io.tidemark.jobs.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/** Prints the verbs under the headings of their groups, one line each. */
final class VerbList {
  private VerbList() {}

  static void install(CommandLine root) {
    root.getHelpSectionMap().put(SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
    root.getHelpSectionMap().put(SECTION_KEY_COMMAND_LIST, VerbList::render);
  }

  private static String render(Help help) {
    List<CommandLine> verbs =
        help.commandSpec().subcommands().values().stream()
            .filter(line -> line.getCommand() instanceof Verb)
            .distinct()
            .toList();
    int width = verbs.stream().mapToInt(line -> line.getCommandName().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (VerbGroup group : VerbGroup.values()) {
      List<CommandLine> inGroup = verbs.stream().filter(line -> groupOf(line) == group).toList();
      if (!inGroup.isEmpty()) {
        text.append(String.format("%n%s%n", group.heading()));
        inGroup.forEach(line -> text.append(oneLine(line, width)));
      }
    }
    return text.toString();
  }

  private static VerbGroup groupOf(CommandLine line) {
    return line.<Verb>getCommand().group();
  }

  private static String oneLine(CommandLine line, int width) {
    String[] description = line.getCommandSpec().usageMessage().description();
    String summary = description.length == 0 ? "" : description[0];
    return String.format("  %-" + width + "s  %s%n", line.getCommandName(), summary);
  }
}
