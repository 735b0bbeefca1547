package dev.caisson.trust;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who is who: names to identities, fixed by the people who keep the file, in name order. Two names
/// never share an identity.
public final class Roster {
  private static final String DOMAIN = "caisson/roster/v1";
  private static final int MAX_MEMBERS = 10_000;

  /// So many with identities of today's length.
  private static final int MAX_BYTES = 32 << 20;

  private final SortedMap<String, Identity> members;

  public Roster(Map<String, Identity> members) {
    this.members = new TreeMap<>(members);
    if (this.members.values().stream().distinct().count() != this.members.size()) {
      throw new IllegalArgumentException("two names of a roster share one identity key");
    }
    for (String name : this.members.keySet()) {
      if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
        throw new IllegalArgumentException(
            "a roster name is 1 to 63 of a-z, 0-9 and '-', got '%s'".formatted(name));
      }
    }
  }

  /// Reads a roster file; what is wrong with it names the file.
  public static Roster read(Path file) throws IOException, MalformedException {
    byte[] content = WholeFile.read(file, MAX_BYTES);
    try {
      return decode(content);
    } catch (MalformedException e) {
      throw new MalformedException("%s is no roster: %s".formatted(file, e.getMessage()), e);
    }
  }

  public static Roster decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    int size = in.number(0, MAX_MEMBERS);
    Map<String, Identity> members = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      String name = in.text(63);
      if (members.put(name, Identity.decode(in.bytes(8192))) != null) {
        throw new MalformedException("a roster names '%s' twice".formatted(name));
      }
    }
    in.end();
    try {
      return new Roster(members);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(String.valueOf(e.getMessage()), e);
    }
  }

  public byte[] encoded() {
    FieldWriter out = new FieldWriter(DOMAIN).number(members.size());
    members.forEach((name, identity) -> out.text(name).bytes(identity.encoded()));
    return out.toBytes();
  }

  public Optional<Identity> find(String name) {
    return Optional.ofNullable(members.get(name));
  }

  public List<String> names() {
    return List.copyOf(members.keySet());
  }

  public int size() {
    return members.size();
  }
}
