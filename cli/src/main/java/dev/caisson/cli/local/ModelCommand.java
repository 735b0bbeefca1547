package dev.caisson.cli.local;

import dev.caisson.cli.run.Group;
import picocli.CommandLine.Command;

/// `caisson model`: files of models.
@Command(
    name = "model",
    description = "Make a model from a few words, look into one, or check whether it will train.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ModelInitCommand.class, ModelInfoCommand.class, ModelCheckCommand.class})
public final class ModelCommand extends Group {}
