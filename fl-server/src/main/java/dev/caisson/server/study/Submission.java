package dev.caisson.server.study;

import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.trust.Digest;
import java.nio.charset.StandardCharsets;

/// An accepted study: who asked for what. Immutable; content is in the blob store, by digest.
///
/// @param signature the submitter's, over plan and model; for sites to judge
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Submission(
    String study,
    String submitter,
    StudyPlan plan,
    Digest model,
    ParameterManifest parameters,
    Digest initialVector,
    byte[] signature) {

  /// What the sites are offered.
  SignedPlan signedPlan() {
    return new SignedPlan(
        plan.text().getBytes(StandardCharsets.UTF_8), model, submitter, signature);
  }
}
