package dev.caisson.server.study;

import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.trust.Digest;

/// An accepted study: who asked for what. Immutable; content is in the blob store, by digest.
public record Submission(
    String study,
    String submitter,
    StudyPlan plan,
    Digest model,
    ParameterManifest parameters,
    Digest initialVector) {}
