package dev.caisson.airlock.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.io.ParquetDecodingException;

/// The pages of one row group, each looked through before parquet-java decodes it, because its
/// decoders allocate by counts that stand in the page: dictionaries by their size, packed runs by
/// their length. Delta encodings, which allocate by a count deep inside, are refused.
record ParquetPages(PageReadStore pages) implements PageReadStore {
  @SuppressWarnings("deprecation") // older files say PLAIN_DICTIONARY
  private static final Set<Encoding> READ =
      Set.of(Encoding.PLAIN, Encoding.PLAIN_DICTIONARY, Encoding.RLE_DICTIONARY, Encoding.RLE);

  @Override
  public long getRowCount() {
    return pages.getRowCount();
  }

  @Override
  public PageReader getPageReader(ColumnDescriptor column) {
    PageReader reader = pages.getPageReader(column);
    return new PageReader() {
      @Override
      public DictionaryPage readDictionaryPage() {
        DictionaryPage page = reader.readDictionaryPage();
        if (page != null
            && (page.getDictionarySize() < 0
                || page.getDictionarySize() > page.getBytes().size())) {
          throw new ParquetDecodingException("a dictionary says more entries than it has bytes");
        }
        return page;
      }

      @Override
      public long getTotalValueCount() {
        return reader.getTotalValueCount();
      }

      @Override
      public DataPage readPage() {
        DataPage page = reader.readPage();
        if (page != null) {
          check(page, column);
        }
        return page;
      }
    };
  }

  private void check(DataPage page, ColumnDescriptor column) {
    if (page.getValueCount() < 0 || page.getValueCount() > pages.getRowCount()) {
      throw new ParquetDecodingException("a page says more values than its row group has rows");
    }
    boolean optional = column.getMaxDefinitionLevel() > 0;
    page.accept(
        new DataPage.Visitor<Void>() {
          @Override
          public Void visit(DataPageV1 v1) {
            ByteBuffer bytes = bytes(v1.getBytes());
            if (optional) {
              expect(v1.getDlEncoding() == Encoding.RLE);
              runs(part(bytes, bytes.getInt()), 1, page.getValueCount());
            }
            values(v1.getValueEncoding(), bytes, page.getValueCount());
            return null;
          }

          @Override
          public Void visit(DataPageV2 v2) {
            if (optional) {
              runs(bytes(v2.getDefinitionLevels()), 1, page.getValueCount());
            }
            values(v2.getDataEncoding(), bytes(v2.getData()), page.getValueCount());
            return null;
          }
        });
  }

  @SuppressWarnings("deprecation") // as above
  private static void values(Encoding encoding, ByteBuffer bytes, int count) {
    if (!READ.contains(encoding)) {
      throw new ParquetDecodingException(
          "encoded as %s, which is not read; write it with dictionary or plain encoding"
              .formatted(encoding));
    }
    if (encoding == Encoding.RLE) { // booleans, with a length before
      runs(part(bytes, bytes.getInt()), 1, count);
    } else if (encoding != Encoding.PLAIN && bytes.hasRemaining()) {
      runs(bytes, bytes.get(), count);
    }
  }

  /// Runs of the hybrid encoding, `<varint header> <values>` each: a packed run has its bytes, and
  /// all of them hold no more values than the page, up to what fills the last group.
  static void runs(ByteBuffer bytes, int bits, int count) {
    expect(bits >= 0 && bits <= 32);
    long values = 0;
    while (bytes.hasRemaining() && values < count) {
      long header = varint(bytes);
      long run = header >>> 1;
      boolean packed = (header & 1) == 1;
      expect(run <= count);
      values += packed ? 8 * run : run;
      expect(values <= count + 504L); // some writers fill a packed run of 64 groups
      long length = packed ? run * bits : (bits + 7) / 8;
      bytes.position(bytes.position() + (int) Math.min(bytes.remaining(), length));
    }
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      expect(bytes.hasRemaining());
      byte b = bytes.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new ParquetDecodingException("a run's length has no end");
  }

  private static ByteBuffer part(ByteBuffer bytes, int length) {
    expect(length >= 0 && length <= bytes.remaining());
    ByteBuffer part = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + length);
    return part;
  }

  private static ByteBuffer bytes(BytesInput input) {
    try {
      return ByteBuffer.wrap(input.toInputStream().readNBytes((int) input.size()))
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new ParquetDecodingException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void expect(boolean holds) {
    if (!holds) {
      throw new ParquetDecodingException("a page's lengths contradict each other");
    }
  }
}
