package dev.caisson.benchmarks;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import dev.caisson.testkit.HouseRules;

@AnalyzeClasses(packages = "dev.caisson.benchmarks", importOptions = DoNotIncludeTests.class)
final class HouseRulesTest {
  @ArchTest static final ArchTests house = ArchTests.in(HouseRules.class);
}
