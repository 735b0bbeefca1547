package dev.caisson.airlock.release;

import dev.caisson.trust.Digest;
import java.time.Instant;
import java.util.List;

/// What came of checking a bundle.
public sealed interface Verification {
  /// Every byte is as signed. Unless `signerTrusted`, only that: the signature is by a key that the
  /// verifier did not name, so it does not tell who released this.
  record Verified(
      String candidate,
      Digest model,
      List<String> approvers,
      Digest signer,
      boolean signerTrusted,
      Instant released)
      implements Verification {
    public Verified {
      approvers = List.copyOf(approvers);
    }

    /// What to tell a person about the signer.
    public String aboutSigner() {
      return signerTrusted
          ? "signed by the trusted key " + signer
          : "signed by an unpinned key: %s. Anybody can make such a key; compare the fingerprint with the airlock's"
              .formatted(signer);
    }
  }

  /// Not to be used; at least one problem.
  record Failed(List<Problem> problems) implements Verification {
    public Failed {
      problems = List.copyOf(problems);
    }
  }

  /// A file of the bundle (or the folder itself) and what is wrong with it.
  record Problem(String file, String what) {
    @Override
    public String toString() {
      return file + ": " + what;
    }
  }
}
