package dev.caisson.airlock.table;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/// Decompression in Java alone, each page bounded before anything is allocated: a page that says it
/// is larger, or that turns out to be of another size than it says, is refused.
final class ParquetCodecs implements CompressionCodecFactory {
  static final int LARGEST_PAGE = 64 << 20; // writers aim at 1 MiB

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return new BytesInputDecompressor() {
      @Override
      public BytesInput decompress(BytesInput page, int size) throws IOException {
        if (size < 0 || size > LARGEST_PAGE || page.size() > LARGEST_PAGE) {
          throw new IOException(
              "a page of %,d bytes, at most %,d are read; write it with smaller pages"
                  .formatted(Math.max(size, page.size()), LARGEST_PAGE));
        }
        byte[] packed = page.toInputStream().readNBytes((int) page.size());
        return BytesInput.from(unpacked(codec, packed, size));
      }

      @Override
      public void decompress(ByteBuffer from, int packed, ByteBuffer to, int unpacked) {
        throw new UnsupportedOperationException("only for direct buffers, which are not asked for");
      }

      @Override
      public void release() {}
    };
  }

  private static byte[] unpacked(CompressionCodecName codec, byte[] packed, int size)
      throws IOException {
    return switch (codec) {
      case UNCOMPRESSED -> packed;
      case SNAPPY -> unpacked(new SnappyDecompressor(), packed, size);
      case ZSTD -> unpacked(new ZstdDecompressor(), packed, size);
      case LZ4_RAW -> unpacked(new Lz4Decompressor(), packed, size);
      case GZIP -> {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
          yield whole(in.readNBytes(size), size);
        }
      }
      case LZO, BROTLI, LZ4 ->
          throw new IOException(
              "compressed by %s, which is not read; write it with zstd or snappy".formatted(codec));
    };
  }

  private static byte[] unpacked(Decompressor decompressor, byte[] packed, int size)
      throws IOException {
    byte[] out = new byte[size];
    int written = decompressor.decompress(packed, 0, packed.length, out, 0, size);
    if (written != size) {
      throw new IOException("a page of %,d bytes says %,d".formatted(written, size));
    }
    return out;
  }

  private static byte[] whole(byte[] bytes, int size) throws IOException {
    if (bytes.length != size) {
      throw new IOException("a page of %,d bytes says %,d".formatted(bytes.length, size));
    }
    return bytes;
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("nothing is written");
  }

  @Override
  public void release() {}
}
