package dev.caisson.secagg.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.secret.Secret;
import java.nio.ByteBuffer;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.KEM;
import org.junit.jupiter.api.Test;

/// ML-KEM-768 as NIST's sample vectors have it (`ml-kem-768.txt`, and its origin beside it),
/// through the keys that the protocol uses: derived bytes stand in for a generator's randomness.
final class MlKemVectorsTest {
  private static final String VECTORS = "ml-kem-768.txt";
  private static final Bytes NO_POINT = Bytes.of(new byte[PublicKeys.X25519_BYTES]);

  @Test
  void keysFromDAndZAreNists() throws Exception {
    List<VectorCase> cases = VectorCase.read(VECTORS, "keyGen");
    assertThat(cases).hasSize(3);
    for (VectorCase one : cases) {
      ByteBuffer seed = ByteBuffer.allocate(HybridKeys.SEED_BYTES);
      seed.put(32, one.array("d")).put(64, one.array("z"));
      HybridKeys keys = HybridKeys.fromSeed(Secret.taking(seed.array()));
      assertThat(keys.publicKeys().mlKem()).as(one.name()).isEqualTo(one.bytes("ek"));
    }
  }

  @Test
  void ciphertextsAndSecretsFromCoinsAreNists() throws Exception {
    List<VectorCase> cases = VectorCase.read(VECTORS, "encapsulation");
    assertThat(cases).hasSize(3);
    for (VectorCase one : cases) {
      PublicKeys peer = new PublicKeys(NO_POINT, one.bytes("ek"));
      Encapsulation made = HybridKeys.encapsulate(peer, one.secret("m"));
      assertThat(made.ciphertext()).as(one.name()).isEqualTo(one.bytes("c"));
      assertThat(made.secret()).as(one.name()).isEqualTo(one.secret("k"));
    }
  }

  @Test
  void ciphertextsOpenToNistsSecretsAndBentOnesToItsRejectionSecrets() throws Exception {
    HybridKeys keys = keys(VectorCase.read(VECTORS, "decapsulationKey").getFirst().array("dk"));
    List<VectorCase> cases = new ArrayList<>(VectorCase.read(VECTORS, "decapsulation"));
    cases.addAll(VectorCase.read(VECTORS, "implicitRejection"));
    assertThat(cases).hasSize(2 + 3);
    for (VectorCase one : cases) {
      assertThat(keys.decapsulate(one.bytes("c"))).as(one.name()).isEqualTo(one.secret("k"));
    }
  }

  /// FIPS 203, algorithm 18: a bent ciphertext c gives the first 32 bytes of SHAKE256 of z and c,
  /// which tell nothing to anybody without the seed.
  @Test
  void aBentCiphertextGivesTheHashOfZAndTheCiphertext() throws Exception {
    Secret seed = Secret.random(HybridKeys.SEED_BYTES, new SeededRandom(1));
    HybridKeys keys = HybridKeys.fromSeed(seed);
    byte[] bent =
        HybridKeys.encapsulate(keys.publicKeys(), new SeededRandom(2)).ciphertext().toArray();
    bent[500] ^= 1;
    MessageDigest shake = MessageDigest.getInstance("SHAKE256-512");
    shake.update(seed.bytes(), 64, 32);
    byte[] expected = Arrays.copyOf(shake.digest(bent), Secret.BYTES);
    assertThat(keys.decapsulate(Bytes.of(bent))).isEqualTo(Secret.taking(expected));
  }

  /// Recovery rests on this: JDK 25 draws d and z (64 bytes), then m (32), through the SecureRandom
  /// that KeyPairGenerator and newEncapsulator are handed. A JDK that drew more would break it.
  @Test
  void theJdkDrawsDAndZThenMFromTheSourceItIsHanded() throws Exception {
    Counting random = new Counting();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("ML-KEM-768");
    generator.initialize(NamedParameterSpec.ML_KEM_768, random);
    KeyPair pair = generator.generateKeyPair();
    assertThat(random.drawn).isEqualTo(64);
    KEM.getInstance("ML-KEM").newEncapsulator(pair.getPublic(), null, random).encapsulate();
    assertThat(random.drawn).isEqualTo(64 + 32);
  }

  private static final class Counting extends SecureRandom {
    private static final long serialVersionUID = 1;
    private int drawn;

    Counting() {
      super(null, null);
    }

    @Override
    public void nextBytes(byte[] out) {
      drawn += out.length;
    }
  }

  /// Keys around an expanded decapsulation key: dk_PKE (1152 bytes), ek, H(ek), z (FIPS 203,
  /// algorithm 16). NIST gives no seed with these cases.
  private static HybridKeys keys(byte[] dk) throws Exception {
    byte[] prefix =
        HexFormat.of().parseHex("30820978020100300b06096086480165030404020482096404820960");
    byte[] pkcs8 = Arrays.copyOf(prefix, prefix.length + dk.length);
    System.arraycopy(dk, 0, pkcs8, prefix.length, dk.length);
    PrivateKey key =
        KeyFactory.getInstance("ML-KEM-768").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    Bytes ek = Bytes.of(Arrays.copyOfRange(dk, 1152, 1152 + PublicKeys.ML_KEM_BYTES));
    return new HybridKeys(Secret.taking(new byte[32]), key, new PublicKeys(NO_POINT, ek));
  }
}
