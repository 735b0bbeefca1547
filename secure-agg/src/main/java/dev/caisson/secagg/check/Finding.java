package dev.caisson.secagg.check;

import dev.caisson.trust.Digest;
import java.util.List;

/// What came of checking a sum. A gap is never a pass.
public sealed interface Finding {
  /// The sum of this digest is that of the uploads, if the members in `taken` told their own tags
  /// truly; the tags of those in `computed` were computed here from their uploads.
  record Verified(Digest sum, List<String> taken, List<String> computed) implements Finding {
    public Verified {
      taken = List.copyOf(taken);
      computed = List.copyOf(computed);
    }
  }

  /// Somebody signed what is not so: one of `suspects`, and no one else.
  record Wrong(List<String> suspects, String what) implements Finding {
    public Wrong {
      suspects = List.copyOf(suspects);
      if (suspects.isEmpty()) {
        throw new IllegalArgumentException("a wrong sum has somebody who may be behind it");
      }
    }
  }

  /// Something is missing, or is not what was signed; nothing is known of the sum.
  record Unverified(String gap) implements Finding {}

  /// In words, for ledgers and people.
  default String inWords() {
    return switch (this) {
      case Verified(Digest _, List<String> taken, List<String> computed) ->
          "the sum is that of the uploads; tags signed by %s%s"
              .formatted(
                  taken.isEmpty() ? "nobody" : String.join(", ", taken),
                  computed.isEmpty()
                      ? ""
                      : ", computed here from the uploads of " + String.join(", ", computed));
      case Wrong(List<String> suspects, String what) ->
          "%s: %s".formatted(String.join(" or ", suspects), what);
      case Unverified(String gap) -> gap;
    };
  }
}
