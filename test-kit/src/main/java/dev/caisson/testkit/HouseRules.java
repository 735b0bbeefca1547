package dev.caisson.testkit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.ObjectInputStream;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;

/// What holds for every module, as rules that break the build. Each module has one test:
///
/// ```java
/// @AnalyzeClasses(packages = "dev.caisson.dataset", importOptions = DoNotIncludeTests.class)
/// final class HouseRulesTest {
///   @ArchTest static final ArchTests house = ArchTests.in(HouseRules.class);
/// }
/// ```
///
/// [#dependenciesPointDown] fails where no class was found, so a mistyped package is noticed; the
/// others hold where they have nothing to say.
public final class HouseRules {

  /// What protoc makes of the `.proto` files, and JMH of its annotations: names, missing marks and
  /// style are not ours.
  private static final String[] GENERATED = {
    "..proto..", "dev.caisson.protocol.wire..", "dev.caisson.benchmarks.jmh_generated.."
  };

  private HouseRules() {}

  /// Only modules that [Layer] allows are used, and every class belongs to a module.
  @ArchTest
  public static final ArchRule dependenciesPointDown =
      classes()
          .that()
          .resideInAPackage("dev.caisson..")
          .should(useOnlyAllowedModules())
          .because("the order of modules is what keeps engines, rows and releases apart");

  @ArchTest
  public static final ArchRule enginesStayInTheRuntime =
      noClasses()
          .that()
          .resideOutsideOfPackage(Layer.GPU_RUNTIME.packages())
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..", "org.nd4j..", "org.deeplearning4j..", "ai.onnxruntime..")
          .because("every engine sits behind the runtime's one interface")
          .allowEmptyShould(true);

  @ArchTest
  public static final ArchRule dl4jStaysInItsPackage =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.caisson.runtime.dl4j..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..", "org.bytedeco..")
          .because("a process that trains by another engine must never load it")
          .allowEmptyShould(true);

  @ArchTest
  public static final ArchRule protobufStaysAtItsMappers =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              Layer.FL_PROTOCOL.packages(),
              "..grpc..",
              "dev.caisson.runtime.onnx..",
              "dev.caisson.airlock.scan..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.google.protobuf..", "ai.onnx.proto..")
          .because("edges translate once, into our own values")
          .allowEmptyShould(true);

  @ArchTest
  public static final ArchRule nothingIsJavaDeserialised =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ObjectInputStream.class)
          .because("a stream of Java objects can run code of its sender's choice")
          .allowEmptyShould(true);

  @ArchTest
  public static final ArchRule randomnessIsSecureOrSeeded =
      noClasses()
          .that()
          .resideInAnyPackage(
              Layer.TRUST.packages(),
              Layer.DATASET.packages(),
              Layer.SECURE_AGG.packages(),
              Layer.FL_PROTOCOL.packages(),
              Layer.FL_CLIENT.packages(),
              Layer.FL_SERVER.packages(),
              Layer.MODEL_AIRLOCK.packages())
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(Random.class, ThreadLocalRandom.class)
          .orShould()
          .callMethod(Math.class, "random")
          .because("secrets come from SecureRandom, statistics from a seed that is written down")
          .allowEmptyShould(true);

  @ArchTest
  public static final ArchRule onlyTheCommandLineSpeaksToTheTerminal =
      noClasses()
          .that()
          .resideOutsideOfPackage(Layer.CLI.packages())
          .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
          .because("what reaches a terminal or a log is decided in one place")
          .allowEmptyShould(true);

  @ArchTest
  public static final ArchRule namesSayWhatAThingIs =
      noClasses()
          .should()
          .haveNameMatching(".*(Utils?|Helpers?|Managers?|Impl)(\\$.*)?")
          .because("such a name means that the idea is not found yet")
          .allowEmptyShould(true);

  @ArchTest
  public static final ArchRule cryptographyRestsOnTheJdkAlone =
      classes()
          .that()
          .resideInAnyPackage(Layer.TRUST.packages(), Layer.SECURE_AGG.packages())
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax.crypto..",
              "org.jspecify..",
              Layer.TRUST.packages(),
              Layer.SECURE_AGG.packages())
          .because("what everyone must trust should be small enough to read")
          .allowEmptyShould(true);

  /// Packages named `proto` and the wire's own messages are generated and exempt.
  @ArchTest
  public static final ArchRule everyPackageIsNullMarked =
      classes()
          .that(resideInAnyPackage("dev.caisson..").and(resideOutsideOfPackages(GENERATED)))
          .should(lieInANullMarkedPackage())
          .because("NullAway checks only packages that are marked")
          .allowEmptyShould(true);

  /// What is named `...ForTests`, a method or a class, is called by no class but its own.
  @ArchTest
  public static final ArchRule doorsForTestsStayShut =
      noClasses()
          .should()
          .accessTargetWhere(isADoorForTests())
          .because("what is insecure on purpose is for tests alone")
          .allowEmptyShould(true);

  private static DescribedPredicate<JavaAccess<?>> isADoorForTests() {
    return DescribedPredicate.describe(
        "a method named or an object of a class named ...ForTests",
        access ->
            !access.getOriginOwner().equals(access.getTargetOwner())
                && (access.getTarget().getName().endsWith("ForTests")
                    || access.getTargetOwner().getSimpleName().endsWith("ForTests")));
  }

  private static ArchCondition<JavaClass> useOnlyAllowedModules() {
    return new ArchCondition<>("use only modules below their own") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Optional<Layer> own = Layer.of(type.getPackageName());
        if (own.isEmpty()) {
          events.add(
              violated(type, type.getName() + " belongs to no module; add its package to Layer"));
          return;
        }
        for (Dependency use : type.getDirectDependenciesFromSelf()) {
          Optional<Layer> used =
              Layer.of(use.getTargetClass().getBaseComponentType().getPackageName());
          if (used.isPresent() && !own.get().mayUse(used.get())) {
            events.add(
                violated(
                    type,
                    "%s may not use %s: %s"
                        .formatted(own.get(), used.get(), use.getDescription())));
          }
        }
      }
    };
  }

  private static ArchCondition<JavaClass> lieInANullMarkedPackage() {
    return new ArchCondition<>("lie in a @NullMarked package") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
          events.add(
              violated(
                  type,
                  "%s: the package has no package-info.java with @NullMarked"
                      .formatted(type.getName())));
        }
      }
    };
  }
}
