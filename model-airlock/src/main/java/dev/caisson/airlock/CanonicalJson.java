package dev.caisson.airlock;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// JSON with one spelling: a record always gives the same bytes (declared field order, two-space
/// indent, `\n`, UTF-8, a final newline), and only those bytes read back. So a file that was
/// altered anywhere, white space included, is noticed even before its signature is looked at.
///
/// Refused on reading: more than 16 MiB, unknown or doubled or missing fields, deep nesting,
/// leftovers.
public final class CanonicalJson {
  public static final int MAX_BYTES = 16 << 20;
  private static final int MAX_DEPTH = 32;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .addModule(valueTypes())
          .build();
  private static final ObjectWriter WRITER = MAPPER.writer(indented());

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxDocumentLength(MAX_BYTES)
                .build());
  }

  private CanonicalJson() {}

  public static byte[] write(Record value) {
    return written(WRITER, value);
  }

  private static byte[] written(ObjectWriter writer, Record value) {
    try {
      byte[] json = writer.writeValueAsBytes(value);
      byte[] line = Arrays.copyOf(json, json.length + 1);
      line[json.length] = '\n';
      return line;
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("our own records always have a JSON form", e);
    }
  }

  /// On one line, for files of one record a line.
  public static byte[] line(Record value) {
    return written(MAPPER.writer(), value);
  }

  public static <T extends Record> T read(byte[] json, Class<T> type) throws MalformedException {
    return read(json, type, WRITER);
  }

  /// Reads what [#line] wrote.
  public static <T extends Record> T readLine(byte[] json, Class<T> type)
      throws MalformedException {
    return read(json, type, MAPPER.writer());
  }

  private static <T extends Record> T read(byte[] json, Class<T> type, ObjectWriter writer)
      throws MalformedException {
    if (json.length > MAX_BYTES) {
      throw new MalformedException(
          "%d bytes of JSON, at most %d are read".formatted(json.length, MAX_BYTES));
    }
    T value;
    try {
      value = MAPPER.readValue(json, type);
    } catch (IOException e) {
      throw new MalformedException("not the JSON of a " + type.getSimpleName(), e);
    }
    if (value == null || lacks(value) || !Arrays.equals(written(writer, value), json)) {
      throw new MalformedException(
          "JSON of a %s, but not in its canonical spelling".formatted(type.getSimpleName()));
    }
    return value;
  }

  /// Whether a component that is not marked nullable is null, at any depth of records and lists.
  private static boolean lacks(Record value) {
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      Object part = part(value, component);
      boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      boolean bad =
          switch (part) {
            case null -> !nullable;
            case Record inner -> lacks(inner);
            case List<?> list -> list.stream().anyMatch(e -> e instanceof Record r && lacks(r));
            default -> false;
          };
      if (bad) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Object part(Record value, RecordComponent component) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true); // records of other rooms of this module may be package-private
      return accessor.invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record's accessor only returns its component", e);
    }
  }

  private static DefaultPrettyPrinter indented() {
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indent);
    printer.indentArraysWith(indent);
    return printer;
  }

  private static SimpleModule valueTypes() {
    return new SimpleModule()
        .addSerializer(Digest.class, new TextWriter<>())
        .addSerializer(Instant.class, new TextWriter<>())
        .addDeserializer(Digest.class, new TextReader<>(Digest.class, Digest::parse))
        .addDeserializer(Instant.class, new TextReader<>(Instant.class, Instant::parse));
  }

  private static final class TextWriter<T> extends JsonSerializer<T> {
    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(value.toString());
    }
  }

  private interface TextForm<T> {
    T parse(String text);
  }

  private static final class TextReader<T> extends JsonDeserializer<T> {
    private final Class<T> type;
    private final TextForm<T> form;

    TextReader(Class<T> type, TextForm<T> form) {
      this.type = type;
      this.form = form;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
      String text = in.getValueAsString("");
      try {
        return form.parse(text);
      } catch (IllegalArgumentException | DateTimeException e) {
        throw context.weirdStringException(text, type, "not in its text form");
      }
    }
  }
}
