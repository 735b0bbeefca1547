package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;

/// Step 8, to every member of U3 that sent a tag: all tags, and for each member without one its
/// upload, by the digest of the whole packed content, from which its tag can be computed.
public record TagList(List<Signed<TagStatement>> tags, List<Shown> uploads) implements Message {
  private static final String DOMAIN = Suite.DOMAIN + "tag-list";

  /// The upload of one member.
  public record Shown(int member, Digest content) {}

  public TagList {
    tags = List.copyOf(tags);
    uploads = List.copyOf(uploads);
  }

  @Override
  public byte[] encoded() {
    FieldWriter out = new FieldWriter(DOMAIN).number(tags.size());
    tags.forEach(tag -> out.bytes(tag.encoded()));
    out.number(uploads.size());
    uploads.forEach(shown -> out.number(shown.member).digest(shown.content));
    return out.toBytes();
  }

  public static TagList decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    int size = Limits.members(Suite.MAX_COHORT, in);
    List<Signed<TagStatement>> tags = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      tags.add(Signed.decode(in.bytes(Limits.CONSENT), TagStatement::decode));
    }
    int shown = Limits.members(Suite.MAX_COHORT, in);
    List<Shown> uploads = new ArrayList<>(shown);
    for (int i = 0; i < shown; i++) {
      uploads.add(new Shown(Limits.member(Suite.MAX_COHORT, in), in.digest()));
    }
    in.end();
    return new TagList(tags, uploads);
  }
}
