package dev.caisson.secagg;

import dev.caisson.secagg.graph.Topology;
import dev.caisson.trust.Digest;
import java.util.List;

/// A manifest like another but for what a test changes.
public final class ManifestDraft {
  private final String study;
  private long round;
  private String purpose;
  private Digest model;
  private Digest config;
  private List<String> cohort;
  private int threshold;
  private VectorSpec vector;
  private Weights weights;
  private Digest nonce;
  private final long uploadNotBefore;
  private final long deadline;
  private Signatures signatures;
  private Topology topology;

  private ManifestDraft(RoundManifest like) {
    this.study = like.study();
    this.round = like.round();
    this.purpose = like.purpose();
    this.model = like.model();
    this.config = like.config();
    this.cohort = like.cohort();
    this.threshold = like.threshold();
    this.vector = like.vector();
    this.weights = like.weights();
    this.nonce = like.nonce();
    this.uploadNotBefore = like.uploadNotBefore();
    this.deadline = like.deadline();
    this.signatures = like.signatures();
    this.topology = like.topology();
  }

  public static ManifestDraft like(RoundManifest manifest) {
    return new ManifestDraft(manifest);
  }

  public ManifestDraft round(long number) {
    round = number;
    return this;
  }

  public ManifestDraft purpose(String text) {
    purpose = text;
    return this;
  }

  public ManifestDraft model(String text) {
    model = Digest.ofText(text);
    return this;
  }

  public ManifestDraft config(String text) {
    config = Digest.ofText(text);
    return this;
  }

  public ManifestDraft cohort(List<String> names) {
    cohort = names;
    return this;
  }

  public ManifestDraft threshold(int t) {
    threshold = t;
    return this;
  }

  public ManifestDraft vector(Segment... segments) {
    vector = VectorSpec.of(segments);
    return this;
  }

  public ManifestDraft weights(Weights mode) {
    weights = mode;
    return this;
  }

  public ManifestDraft nonce(String text) {
    nonce = Digest.ofText(text);
    return this;
  }

  public ManifestDraft signatures(Signatures schemes) {
    signatures = schemes;
    return this;
  }

  public ManifestDraft topology(Topology graph) {
    topology = graph;
    return this;
  }

  public RoundManifest build() {
    return new RoundManifest(
        study,
        round,
        purpose,
        model,
        config,
        cohort,
        threshold,
        vector,
        weights,
        nonce,
        uploadNotBefore,
        deadline,
        signatures,
        topology);
  }
}
