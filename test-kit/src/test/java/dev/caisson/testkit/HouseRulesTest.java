package dev.caisson.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import dev.caisson.airlock.attack.fixture.ImportsAnEngine;
import dev.caisson.airlock.attack.fixture.ReadsOnnx;
import dev.caisson.airlock.attack.fixture.UsesItsService;
import dev.caisson.client.fixture.Deserialises;
import dev.caisson.client.fixture.GuessableMathRandom;
import dev.caisson.client.fixture.GuessableRandom;
import dev.caisson.client.fixture.GuessableThreadRandom;
import dev.caisson.client.fixture.SampleNames;
import dev.caisson.client.unmarked.NoPackageInfo;
import dev.caisson.elsewhere.Stray;
import dev.caisson.protocol.proto.Generated;
import dev.caisson.runtime.dl4j.fixture.UsesArrays;
import dev.caisson.runtime.engine.fixture.LeaksArrays;
import dev.caisson.runtime.engine.fixture.UsesAnEngine;
import dev.caisson.secagg.fixture.KeepsAllRules;
import dev.caisson.secagg.fixture.OpensDoors;
import dev.caisson.secagg.fixture.ReachesUp;
import dev.caisson.secagg.fixture.UsesALibrary;
import dev.caisson.server.fixture.Coordinator;
import dev.caisson.server.fixture.HandlesProtobuf;
import dev.caisson.server.fixture.HasAnEngine;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Each rule breaks on a class that breaks it, and only there.
final class HouseRulesTest {

  @Test
  void anHonestClassKeepsEveryRule() throws Exception {
    List<ArchRule> rules = new ArrayList<>();
    for (Field field : HouseRules.class.getFields()) {
      assertThat(field.isAnnotationPresent(ArchTest.class)).as(field.getName()).isTrue();
      rules.add((ArchRule) field.get(null));
    }
    assertThat(rules).hasSize(11);
    for (ArchRule rule : rules) {
      keeps(rule, KeepsAllRules.class);
      keeps(rule, Coordinator.class);
    }
  }

  @Test
  void dependenciesPointDown() {
    ArchRule rule = HouseRules.dependenciesPointDown;
    breaks(rule, ReachesUp.class, "SECURE_AGG may not use FL_SERVER");
    breaks(rule, HasAnEngine.class, "FL_SERVER may not use GPU_RUNTIME");
    breaks(rule, UsesItsService.class, "MODEL_AIRLOCK may not use AIRLOCK_SERVICE");
    breaks(rule, Stray.class, "dev.caisson.elsewhere.Stray belongs to no module");
    assertThatThrownBy(() -> rule.check(new ClassFileImporter().importClasses(String.class)))
        .as("nothing to check is a mistake, not a success")
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void enginesStayInTheRuntime() {
    breaks(HouseRules.enginesStayInTheRuntime, ImportsAnEngine.class, "ai.djl.Engine");
    keeps(HouseRules.enginesStayInTheRuntime, UsesAnEngine.class);
  }

  @Test
  void dl4jStaysInItsPackage() {
    breaks(HouseRules.dl4jStaysInItsPackage, LeaksArrays.class, "org.nd4j.Array");
    keeps(HouseRules.dl4jStaysInItsPackage, UsesArrays.class);
  }

  @Test
  void protobufStaysAtItsMappers() {
    ArchRule rule = HouseRules.protobufStaysAtItsMappers;
    breaks(rule, HandlesProtobuf.class, "com.google.protobuf.Message");
    breaks(rule, ReadsOnnx.class, "ai.onnx.proto.Model");
    keeps(rule, dev.caisson.server.grpc.fixture.MapsProtobuf.class);
    keeps(rule, dev.caisson.protocol.fixture.MapsProtobuf.class);
    keeps(rule, dev.caisson.runtime.onnx.fixture.MapsOnnx.class);
    keeps(rule, dev.caisson.airlock.scan.fixture.MapsOnnx.class);
  }

  @Test
  void nothingIsJavaDeserialised() {
    breaks(HouseRules.nothingIsJavaDeserialised, Deserialises.class, "ObjectInputStream");
  }

  @Test
  void randomnessIsSecureOrSeeded() {
    ArchRule rule = HouseRules.randomnessIsSecureOrSeeded;
    breaks(rule, GuessableRandom.class, "java.util.Random");
    breaks(rule, GuessableThreadRandom.class, "ThreadLocalRandom");
    breaks(rule, GuessableMathRandom.class, "Math.random()");
  }

  @Test
  void onlyTheCommandLineSpeaksToTheTerminal() {
    ArchRule rule = HouseRules.onlyTheCommandLineSpeaksToTheTerminal;
    breaks(rule, dev.caisson.client.fixture.Prints.class, "System.out");
    keeps(rule, dev.caisson.cli.fixture.Prints.class);
  }

  @Test
  void namesSayWhatAThingIs() {
    ArchRule rule = HouseRules.namesSayWhatAThingIs;
    for (Class<?> bad :
        List.of(
            SampleNames.RoundManager.class,
            SampleNames.BytesUtil.class,
            SampleNames.BytesUtils.class,
            SampleNames.MaskHelper.class,
            SampleNames.AttackImpl.class)) {
      breaks(rule, bad, bad.getSimpleName());
    }
    for (Class<?> good :
        List.of(
            SampleNames.Management.class, SampleNames.Implant.class, SampleNames.Utility.class)) {
      keeps(rule, good);
    }
  }

  @Test
  void doorsForTestsStayShut() {
    ArchRule rule = HouseRules.doorsForTestsStayShut;
    breaks(rule, OpensDoors.Makes.class, "AnyGraphForTests.<init>");
    breaks(rule, OpensDoors.Refers.class, "AnyGraphForTests.<init>");
    breaks(rule, OpensDoors.Calls.class, "insecureForTests");
    keeps(rule, OpensDoors.AnyGraphForTests.class);
    keeps(rule, OpensDoors.Knows.class);
  }

  @Test
  void cryptographyRestsOnTheJdkAlone() {
    breaks(HouseRules.cryptographyRestsOnTheJdkAlone, UsesALibrary.class, "com.tngtech.archunit");
  }

  @Test
  void everyPackageIsNullMarked() {
    breaks(HouseRules.everyPackageIsNullMarked, NoPackageInfo.class, "no package-info.java");
    keeps(HouseRules.everyPackageIsNullMarked, Generated.class);
  }

  private static void breaks(ArchRule rule, Class<?> example, String part) {
    EvaluationResult result = evaluate(rule, example);
    assertThat(result.getFailureReport().getDetails())
        .as(rule.getDescription())
        .anySatisfy(detail -> assertThat(detail).contains(part));
  }

  private static void keeps(ArchRule rule, Class<?> example) {
    assertThat(evaluate(rule, example).getFailureReport().getDetails())
        .as(rule.getDescription())
        .isEmpty();
  }

  /// With the example's whole package at hand, for its package-info, but judged on its own.
  private static EvaluationResult evaluate(ArchRule rule, Class<?> example) {
    return rule.evaluate(
        new ClassFileImporter()
            .importPackagesOf(example)
            .that(
                DescribedPredicate.describe(
                    example.getName(), type -> type.isEquivalentTo(example))));
  }
}
