package dev.caisson.secagg.message;

/// What travels between a site and the coordinator, apart from the manifest before and the bare
/// upload chunks between. The wire carries [#encoded] as opaque bytes bounded by [Limits].
public sealed interface Message
    permits Signed, Deal, KeyList, ShareList, SurvivorList, ConsentList {
  byte[] encoded();
}
