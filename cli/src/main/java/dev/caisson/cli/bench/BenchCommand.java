package dev.caisson.cli.bench;

import picocli.CommandLine.Command;

/// `caisson bench`: the measurements.
@Command(
    name = "bench",
    description = "Measure this machine with Caisson, beside a peer where one is given.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      EnginesCommand.class,
      EngineRun.class,
      AggregationCommand.class,
      RoundsCommand.class,
      RoundsSites.class,
      RehearsalCommand.class,
      BareCommand.class,
      AssessmentsCommand.class,
      AssessmentSetUp.class,
      AssessmentRun.class
    })
public final class BenchCommand {}
