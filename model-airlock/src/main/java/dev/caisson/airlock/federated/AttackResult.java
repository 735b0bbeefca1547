package dev.caisson.airlock.federated;

import dev.caisson.airlock.statistics.Auc;

/// One attack's figures over all sites: the AUC compares people of the same site only.
public record AttackResult(String name, String plainly, Auc auc) {}
