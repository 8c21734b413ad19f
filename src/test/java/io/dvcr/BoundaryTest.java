package io.dvcr;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may know whom. {@code formats} and {@code registry-client} are libraries of their own; {@code
 * contract} is words only; the rest stands on them.
 */
class BoundaryTest {
  private static final String FORMATS = "io.dvcr.formats..";
  private static final String REGISTRY = "io.dvcr.registry..";
  private static final String HTTP = "io.dvcr.registry.http..";
  private static final String CONTRACT = "io.dvcr.contract..";
  private static final String IMPORTER = "io.dvcr.importer..";
  private static final String UPLOADER = "io.dvcr.uploader..";
  private static final String CLI = "io.dvcr.cli..";
  private static final String VERTX = "io.vertx..";
  private static final String NETTY = "io.netty..";
  private static final String JACKSON = "com.fasterxml.jackson..";
  private static final String JIB = "com.google.cloud.tools..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.dvcr");

  /** A rule about classes that were not found would hold whatever they did. */
  @ParameterizedTest
  @ValueSource(strings = {FORMATS, REGISTRY, HTTP, CONTRACT, IMPORTER, UPLOADER, CLI})
  void everyModule_isLookedAt(String module) {
    assertThat(CLASSES.that(resideInAPackage(module))).isNotEmpty();
    assertThat(CLASSES.that(resideInAPackage("io.dvcr.testbed.."))).isEmpty();
  }

  @Test
  void formats_knowOnlyImages() {
    noClasses()
        .that()
        .resideInAPackage(FORMATS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(REGISTRY, IMPORTER, UPLOADER, CONTRACT, CLI, VERTX, NETTY, JACKSON, JIB)
        .check(CLASSES);
  }

  @Test
  void registryClient_knowsNoDisks() {
    noClasses()
        .that()
        .resideInAPackage(REGISTRY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FORMATS, IMPORTER, UPLOADER, CONTRACT, CLI)
        .check(CLASSES);
  }

  @Test
  void contract_knowsJsonOnly() {
    classes()
        .that()
        .resideInAPackage(CONTRACT)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(CONTRACT, JACKSON, "java..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void importer_knowsNoFront() {
    noClasses()
        .that()
        .resideInAPackage(IMPORTER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CLI, UPLOADER, "picocli..")
        .check(CLASSES);
  }

  @Test
  void uploader_knowsNoCommandLine() {
    noClasses()
        .that()
        .resideInAPackage(UPLOADER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CLI, "picocli..")
        .check(CLASSES);
  }

  /** It takes 27 MiB and two seconds of CPU (docs/decisions/0008), too much for pods of 128 MiB. */
  @Test
  void importer_knowsNoKubernetesClient() {
    noClasses()
        .that()
        .resideInAnyPackage(IMPORTER, UPLOADER, REGISTRY, CONTRACT, FORMATS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.fabric8..")
        .check(CLASSES);
  }

  @Test
  void vertx_isSeenWhereHttpIsSpokenOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(HTTP, UPLOADER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(VERTX, NETTY)
        .check(CLASSES);
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("io.dvcr.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void process_isEndedByTheCommandLineOnly() {
    noClasses()
        .that(resideInAnyPackage("io.dvcr..").and(resideInAPackage(CLI).negate()))
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(CLASSES);
  }
}
