package dev.caisson.airlock.review;

import dev.caisson.trust.Identity;

/// A counted decision with its internal reason and the key it was counted under.
public record Vote(SignedDecision signed, InternalReason internal, Identity key) {}
