package io.dvcr.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.dvcr.docs.ContractList.Entry;
import io.dvcr.testbed.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Every row of the pods' contract has its tests, and every test of a row is in the list. */
class ContractListTest {
  private static final Path PAGE =
      Parts.projectRoot().resolve("docs").resolve("contract-importer-pod.md");

  private static final JavaClasses CLASSES = new ClassFileImporter().importPackages("io.dvcr");

  /** The tests of each row, {@code Class#method}. */
  private static Map<String, Set<String>> annotated() {
    Map<String, Set<String>> tests = new TreeMap<>();
    for (JavaMethod method : methods()) {
      String test = method.getOwner().getSimpleName() + "#" + method.getName();
      for (String row : method.getAnnotationOfType(Row.class).value()) {
        tests.computeIfAbsent(row, r -> new TreeSet<>()).add(test);
      }
    }
    return tests;
  }

  private static List<JavaMethod> methods() {
    return CLASSES.stream()
        .flatMap(found -> found.getMethods().stream())
        .filter(method -> method.isAnnotatedWith(Row.class))
        .toList();
  }

  @Test
  void sections_haveAsManyRowsAsTheHeadSays() throws IOException {
    ContractList list = ContractList.read(PAGE);
    Map<String, Integer> counted = new LinkedHashMap<>();
    list.entries().forEach(entry -> counted.merge(entry.section(), 1, Integer::sum));

    assertThat(counted).isEqualTo(list.promised());
    assertThat(counted)
        .containsKeys("1", "2", "3", "4", "4.1", "5.1", "5.2", "5.3", "5.4", "5.5", "6.1", "6.2")
        .containsKeys("6.3", "6.4", "6.5", "7", "8", "9", "10", "11.1", "11.2", "11.3", "12", "13");
    assertThat(list.entries()).extracting(Entry::id).doesNotHaveDuplicates();
  }

  @Test
  void testsOfRows_areTestsThatRun() {
    assertThat(methods())
        .isNotEmpty()
        .allSatisfy(method -> {
          assertThat(
                  method.isAnnotatedWith(Test.class)
                      || method.isAnnotatedWith(ParameterizedTest.class))
              .as(method.getFullName())
              .isTrue();
          assertThat(
                  method.isAnnotatedWith(Disabled.class)
                      || method.getOwner().isAnnotatedWith(Disabled.class))
              .as(method.getFullName())
              .isFalse();
        });
  }

  @Test
  void rowsOfTests_areInTheList() throws IOException {
    List<String> known = ContractList.read(PAGE).entries().stream().map(Entry::id).toList();

    assertThat(known).containsAll(annotated().keySet());
  }

  /** {@code -Ddocs.write=true} writes the last column anew. */
  @Test
  void rows_nameTheirTests() throws IOException {
    ContractList list = ContractList.read(PAGE);
    Map<String, Set<String>> annotated = annotated();
    Map<String, String> tests =
        list.entries().stream()
            .collect(
                Collectors.toMap(
                    Entry::id,
                    entry ->
                        annotated.getOrDefault(entry.id(), Set.of()).stream()
                            .map(test -> "`" + test + "`")
                            .collect(Collectors.joining(", "))));
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, list.with(tests));
    }

    assertThat(ContractList.read(PAGE).entries())
        .isNotEmpty()
        .filteredOn(entry -> !entry.tests().equals(tests.get(entry.id())))
        .extracting(Entry::id)
        .isEmpty();
  }

  @Test
  void rows_areShownByATest_unlessThereIsNothingToDo() throws IOException {
    assertThat(ContractList.read(PAGE).entries())
        .filteredOn(entry -> entry.tests().isEmpty() == entry.done().shown())
        .extracting(Entry::id)
        .isEmpty();
  }
}
