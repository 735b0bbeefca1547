package dev.caisson.secagg.message;

/// What travels between a site and the coordinator, apart from the bare upload chunks. The wire
/// carries [#encoded] as opaque bytes bounded by [Limits].
public sealed interface Message
    permits Opening,
        Signed,
        Deal,
        KeyList,
        ShareList,
        NeighbourList,
        SurvivorList,
        NeighbourSurvivors,
        ConsentList,
        SignedSumOpening,
        TagList {
  byte[] encoded();
}
