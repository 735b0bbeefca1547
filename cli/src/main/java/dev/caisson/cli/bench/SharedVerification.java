package dev.caisson.cli.bench;

import dev.caisson.trust.Digest;
import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// **For measurements alone:** while this is open, ML-DSA signatures that held once in this process
/// are taken as holding wherever [#trusting] says so, and verified again everywhere else. Thousands
/// of sites that share a process would otherwise verify the same lists of thousands of signatures,
/// each for itself, and a round would take hours. Nothing outside this package can open it.
///
/// Sits in front of the platform's provider, whose verifier it asks; signing goes past it.
final class SharedVerification extends Provider implements AutoCloseable {
  private static final long serialVersionUID = 1;
  private static final String SCHEME = "ML-DSA-65";

  private final transient Provider real;
  private final transient Set<Digest> held = ConcurrentHashMap.newKeySet();
  private final transient AtomicLong verified = new AtomicLong();
  private transient volatile boolean trusting;

  private SharedVerification(Provider real) {
    super(
        "CaissonBenchSharedVerification", "1", "verifies each signature of a measured round once");
    this.real = real;
    putService(
        new Service(this, "Signature", SCHEME, Verifier.class.getName(), null, null) {
          @Override
          public Object newInstance(Object parameter) {
            return new Verifier();
          }
        });
  }

  static SharedVerification open() {
    SharedVerification shared =
        new SharedVerification(Security.getProviders("Signature." + SCHEME)[0]);
    Security.insertProviderAt(shared, 1);
    return shared;
  }

  /// Whether whoever acts from now on takes what held before on trust.
  void trusting(boolean yes) {
    trusting = yes;
  }

  /// How many signatures were verified and held since this was opened.
  long verified() {
    return verified.get();
  }

  @Override
  public void close() {
    Security.removeProvider(getName());
  }

  private final class Verifier extends SignatureSpi {
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private PublicKey key = new NoKey();

    @Override
    protected void engineInitVerify(PublicKey publicKey) {
      key = publicKey;
      message.reset();
    }

    /// The next provider signs.
    @Override
    protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
      throw new InvalidKeyException("this provider signs nothing");
    }

    @Override
    protected void engineUpdate(byte b) {
      message.write(b);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int from, int length) {
      message.write(bytes, from, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
      throw new SignatureException("this provider signs nothing");
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
      byte[] said = message.toByteArray();
      message.reset();
      Digest all = Digest.of(key.getEncoded(), said, signature);
      if (trusting && held.contains(all)) {
        return true;
      }
      boolean holds = holds(said, signature);
      if (holds) {
        verified.incrementAndGet();
        held.add(all);
      }
      return holds;
    }

    private boolean holds(byte[] said, byte[] signature) throws SignatureException {
      try {
        Signature verifier = Signature.getInstance(SCHEME, real);
        verifier.initVerify(key);
        verifier.update(said);
        return verifier.verify(signature);
      } catch (NoSuchAlgorithmException | InvalidKeyException e) {
        throw new SignatureException("the platform has no verifier for this key", e);
      }
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
      throw new UnsupportedOperationException("ML-DSA has no parameters here");
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new UnsupportedOperationException("ML-DSA has no parameters here");
    }
  }

  /// Stands where no key was given yet.
  private record NoKey() implements PublicKey {
    @Override
    public String getAlgorithm() {
      return SCHEME;
    }

    @Override
    public String getFormat() {
      return "none";
    }

    @Override
    public byte[] getEncoded() {
      return new byte[0];
    }
  }
}
