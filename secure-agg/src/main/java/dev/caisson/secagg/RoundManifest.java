package dev.caisson.secagg;

import dev.caisson.secagg.graph.GraphParameters;
import dev.caisson.secagg.graph.Topology;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;

/// Everything that a round's parties must agree on before it starts. Its digest enters every
/// signature and every key derivation, so sites that were shown different manifests cannot be
/// unmasked together.
///
/// - `purpose`: why this sum is taken, such as `train` or `audit`.
/// - `cohort`: the sites, in strictly ascending order; a site's place is its member number.
/// - `threshold`: t, the consents without which nobody answers, and over a complete graph the
///   shares that unmask; never lowered.
/// - `nonce`: 32 fresh random bytes, so that no two rounds share a digest.
/// - `uploadNotBefore`: no site uploads earlier, so that timing does not tell dataset sizes.
/// - `deadline`: after it the coordinator goes on without the missing. Both in epoch milliseconds.
/// - `signatures`: by which schemes the round's statements are signed.
/// - `topology`: who masks with whom.
public record RoundManifest(
    String study,
    long round,
    String purpose,
    Digest model,
    Digest config,
    List<String> cohort,
    int threshold,
    VectorSpec vector,
    Weights weights,
    Digest nonce,
    long uploadNotBefore,
    long deadline,
    Signatures signatures,
    Topology topology) {
  /// The largest encoding.
  public static final int MAX_BYTES = 1 << 20;

  private static final String DOMAIN = Suite.DOMAIN + "manifest";

  /// Of a manifest with a sparse graph: nothing that reads the other takes it for one.
  private static final String SPARSE = Suite.DOMAIN + "manifest-regular-graph";

  public RoundManifest {
    cohort = List.copyOf(cohort);
    if (study.isEmpty() || study.length() > 200 || purpose.isEmpty() || purpose.length() > 200) {
      throw new IllegalArgumentException("study and purpose have 1 to 200 characters");
    }
    if (round < 0) {
      throw new IllegalArgumentException("round must not be negative, got %d".formatted(round));
    }
    if (cohort.size() < Suite.MIN_COHORT || cohort.size() > largest(topology)) {
      throw new IllegalArgumentException(
          "a cohort has %d..%d sites, got %d"
              .formatted(Suite.MIN_COHORT, largest(topology), cohort.size()));
    }
    if (topology instanceof Topology.Regular graph
        && (graph.parameters().degree() >= cohort.size() || graph.corrupt() >= cohort.size())) {
      throw new IllegalArgumentException(
          "degree and corrupt members of a graph are fewer than its %d sites"
              .formatted(cohort.size()));
    }
    for (int i = 1; i < cohort.size(); i++) {
      if (cohort.get(i - 1).compareTo(cohort.get(i)) >= 0) {
        throw new IllegalArgumentException(
            "a cohort is in strictly ascending order, '%s' is not before '%s'"
                .formatted(cohort.get(i - 1), cohort.get(i)));
      }
    }
    if (threshold < 1 || threshold > cohort.size()) {
      throw new IllegalArgumentException(
          "threshold must be 1..%d (cohort size), got %d".formatted(cohort.size(), threshold));
    }
    if (deadline < uploadNotBefore) {
      throw new IllegalArgumentException("the deadline is before the first upload");
    }
    if ((long) vector.length() + 1 > VectorSpec.MAX_LENGTH) {
      throw new IllegalArgumentException("no lane is left for the total weight");
    }
  }

  /// A round over a complete graph.
  public RoundManifest(
      String study,
      long round,
      String purpose,
      Digest model,
      Digest config,
      List<String> cohort,
      int threshold,
      VectorSpec vector,
      Weights weights,
      Digest nonce,
      long uploadNotBefore,
      long deadline,
      Signatures signatures) {
    this(
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
        new Topology.Complete());
  }

  private static int largest(Topology topology) {
    return switch (topology) {
      case Topology.Complete _ -> Suite.MAX_COHORT;
      case Topology.Regular _ -> Suite.MAX_SPARSE_COHORT;
    };
  }

  public static RoundManifest decode(byte[] encoded) throws MalformedException {
    boolean sparse = FieldReader.domainOf(encoded).equals(SPARSE);
    int largest = sparse ? Suite.MAX_SPARSE_COHORT : Suite.MAX_COHORT;
    FieldReader in = new FieldReader(sparse ? SPARSE : DOMAIN, encoded);
    String study = in.text(800);
    long round = in.number();
    String purpose = in.text(800);
    Digest model = in.digest();
    Digest config = in.digest();
    int size = in.number(0, largest);
    List<String> cohort = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      cohort.add(in.text(63));
    }
    int threshold = in.number(0, largest);
    VectorSpec vector = VectorSpec.read(in);
    Weights weights = Weights.read(in);
    Digest nonce = in.digest();
    long uploadNotBefore = in.number();
    long deadline = in.number();
    Signatures signatures = Signatures.read(in);
    int degree = sparse ? in.number(0, largest) : 0;
    int shares = sparse ? in.number(0, largest) : 0;
    int corrupt = sparse ? in.number(0, largest) : 0;
    in.end();
    try {
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
          sparse
              ? new Topology.Regular(new GraphParameters(degree, shares), corrupt)
              : new Topology.Complete());
    } catch (IllegalArgumentException e) {
      throw new MalformedException(String.valueOf(e.getMessage()), e);
    }
  }

  public byte[] encoded() {
    FieldWriter out =
        new FieldWriter(topology instanceof Topology.Regular ? SPARSE : DOMAIN)
            .text(study)
            .number(round)
            .text(purpose)
            .digest(model)
            .digest(config)
            .number(cohort.size());
    cohort.forEach(out::text);
    out.number(threshold);
    vector.write(out);
    weights.write(out);
    out.digest(nonce).number(uploadNotBefore).number(deadline).text(signatures.label());
    if (topology instanceof Topology.Regular(GraphParameters parameters, int corrupt)) {
      out.number(parameters.degree()).number(parameters.threshold()).number(corrupt);
    }
    return out.toBytes();
  }

  public Digest digest() {
    return Digest.of(encoded());
  }

  /// How the vector travels.
  public Layout layout() {
    return Layout.of(cohort.size(), vector, weights);
  }

  /// Within how many members the round's messages count.
  public int memberBound() {
    return switch (topology) {
      case Topology.Complete _ -> Suite.MAX_COHORT;
      case Topology.Regular _ -> cohort.size();
    };
  }

  /// The shares that open one member's secret.
  public int shareThreshold() {
    return switch (topology) {
      case Topology.Complete _ -> threshold;
      case Topology.Regular graph -> graph.parameters().threshold();
    };
  }

  /// The fewest members of U1, U2, U3 and of the consents and answers.
  public int floor() {
    return Math.max(Suite.MIN_COHORT, threshold);
  }
}
