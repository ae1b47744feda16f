package io.tidemark.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.tidemark.jobs.cli.DeclarationCheck;
import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.spec.DeclarationKind;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** Every verb and kind of declaration of every module can be found; a verb explains itself. */
class VerbsTest {
  @Test
  void everyVerbIsNamedInTheServiceFileOfItsModule() {
    assertNamed(Verb.class);
  }

  @Test
  void everyKindOfDeclarationIsNamedInTheServiceFileOfItsModule() {
    assertNamed(DeclarationKind.class);
    assertNamed(DeclarationCheck.class);
  }

  private static void assertNamed(Class<?> service) {
    List<String> found =
        ServiceLoader.load(service).stream().map(each -> each.type().getName()).toList();
    List<String> written =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.tidemark")
                .stream()
                .filter(each -> each.isAssignableTo(service))
                .filter(each -> !each.getModifiers().contains(JavaModifier.ABSTRACT))
                .map(JavaClass::getName)
                .toList();

    assertThat(found).as("META-INF/services/%s", service.getName()).containsAll(written);
  }

  @Test
  void aPrintedCommandNamesTheEnvironmentWhereTheVerbTakesOne() {
    PrintedCommands commands = PrintedCommands.of("cluster");
    commands(Tidemark.commandLine())
        .forEach(
            verb -> {
              String typed = "./" + verb.getCommandSpec().qualifiedName();
              assertThat(commands.in(typed + " x"))
                  .isEqualTo(
                      verb.getCommandSpec().findOption("--env") == null
                          ? typed + " x"
                          : typed + " --env cluster x");
            });
  }

  /** Verbs, and those that are parts of them. */
  private static Stream<CommandLine> commands(CommandLine line) {
    return line.getSubcommands().values().stream()
        .flatMap(verb -> Stream.concat(Stream.of(verb), commands(verb)));
  }

  @TestFactory
  Stream<DynamicTest> everyVerbExplainsItself() {
    return commands(Tidemark.commandLine())
        .filter(line -> line.getCommand() instanceof Verb)
        .map(line -> DynamicTest.dynamicTest(name(line), () -> explainsItself(line)));
  }

  private static String name(CommandLine line) {
    return line.getCommandSpec().qualifiedName();
  }

  private static void explainsItself(CommandLine line) {
    String name = name(line);
    assertThat(line.getCommandSpec().usageMessage().description())
        .as("description of %s", name)
        .isNotEmpty();
    assertThat(String.join("\n", line.getCommandSpec().usageMessage().footer()))
        .as("the footer of %s shows an example", name)
        .contains(name);
    for (ArgSpec argument : line.getCommandSpec().args()) {
      assertThat(argument.description())
          .as("description of %s %s", name, argument.paramLabel())
          .isNotEmpty();
    }
  }
}
