package io.tidemark.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What every file of the checkout keeps to. */
class CheckoutTest {
  /** A directory of somebody's machine, at the beginning of a path. */
  private static final Pattern MACHINE_PATH =
      Pattern.compile("(?<![\\w.~$}-])/(work|root|home|Users)/");

  private static final Pattern PROPERTY = Pattern.compile("\\$\\{[\\w.-]+\\.version}");

  /** What a merge that was not settled leaves at the beginning of a line. */
  private static final Pattern CONFLICT = Pattern.compile("^(?:<{7}|>{7}|\\|{7})(?: |$)");

  @Test
  void everyVersionStandsInTheParentPom() throws Exception {
    for (Path module : Checkout.modules()) {
      assertThat(versions(module.resolve("pom.xml")))
          .as("versions in %s; manage them in the parent pom", module.getFileName())
          .isEmpty();
    }
  }

  @Test
  void noFileNamesADirectoryOfSomebodysMachine() throws Exception {
    assertThat(lines(MACHINE_PATH)).as("absolute paths of one machine").isEmpty();
  }

  @Test
  void noFileHasAConflictThatWasNotSettled() throws Exception {
    assertThat(lines(CONFLICT)).as("conflicts of a merge").isEmpty();
  }

  @Test
  void aConflictIsToldFromAnUnderline() {
    assertThat(List.of("<", ">", "|"))
        .allMatch(side -> CONFLICT.matcher(side.repeat(7) + " ours").find())
        .allMatch(side -> CONFLICT.matcher(side.repeat(7)).find())
        .noneMatch(side -> CONFLICT.matcher(side.repeat(8)).find())
        .noneMatch(side -> CONFLICT.matcher("\"" + side.repeat(7)).find());
  }

  private static List<String> lines(Pattern having) throws Exception {
    assumeTrue(Files.exists(Checkout.root().resolve(".git")), "an export has no list of files");
    List<String> found = new ArrayList<>();
    for (Path file : Checkout.files()) {
      found.addAll(lines(file, having));
    }
    return found;
  }

  /**
   * Every {@code version} element that is not the parent's. A list of versions that a module alone
   * imports may name the parent's property.
   */
  private static List<String> versions(Path pom) throws Exception {
    Element project =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(pom.toFile())
            .getDocumentElement();
    NodeList versions = project.getElementsByTagName("version");
    List<String> found = new ArrayList<>();
    for (int i = 0; i < versions.getLength(); i++) {
      Element version = (Element) versions.item(i);
      Element owner = (Element) version.getParentNode();
      boolean imported = isImport(owner) && PROPERTY.matcher(version.getTextContent()).matches();
      if (!owner.getNodeName().equals("parent") && !imported) {
        found.add(owner.getNodeName() + ": " + version.getTextContent());
      }
    }
    return found;
  }

  private static boolean isImport(Element dependency) {
    NodeList scopes = dependency.getElementsByTagName("scope");
    return scopes.getLength() == 1 && scopes.item(0).getTextContent().equals("import");
  }

  private static List<String> lines(Path file, Pattern having) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (isBinary(bytes)) {
      return List.of();
    }
    String name = Checkout.root().relativize(file).toString();
    return new String(bytes, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> having.matcher(line).find())
        .map(line -> name + ": " + line.strip())
        .toList();
  }

  private static boolean isBinary(byte[] bytes) {
    for (byte each : bytes) {
      if (each == 0) {
        return true;
      }
    }
    return false;
  }
}
