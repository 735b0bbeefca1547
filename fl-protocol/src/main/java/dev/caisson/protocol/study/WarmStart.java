package dev.caisson.protocol.study;

import dev.caisson.trust.Digest;
import java.util.Optional;

/// A released model to start from. Coordinator and sites compare the digest with the file that they
/// get; that it is a release, and whose, is checked where the bundle is, by whoever submits the
/// plan.
///
/// @param model the digest of the model file in the release bundle
/// @param signer the fingerprint of the airlock's key that signed the bundle, if the plan says it
public record WarmStart(Digest model, Optional<Digest> signer) {}
