package dev.caisson.airlock.dossier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.caisson.airlock.Assessments;
import dev.caisson.airlock.Audits;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DossierSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final JsonNode schema = parse(Dossier.jsonSchema());
  private final Schema validator =
      SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(schema);

  private static List<Dossier> dossiers() {
    return List.of(
        Audits.dossier(600, 250, 0.15, 0),
        Audits.dossier(600, 250, 0.15, 3),
        Audits.dossier(300, 120, 2.6, 0),
        Assessments.dossier(600, 520, 0.4),
        Assessments.withoutAttacks(),
        Assessments.blocked(),
        Assessments.supported());
  }

  @Test
  void everyDossierAndItsPublicVersionHaveThePublishedForm() {
    for (Dossier dossier : dossiers()) {
      assertThat(faults(parse(dossier.json()))).as(dossier.candidate().name()).isEmpty();
      assertThat(faults(parse(dossier.forPublic().json())))
          .as("public " + dossier.candidate().name())
          .isEmpty();
    }
  }

  @Test
  void theSchemaInTheJarIsThePublishedOne() throws IOException {
    assertThat(Dossier.jsonSchema())
        .isEqualTo(Files.readAllBytes(Path.of("../docs/reference/dossier.schema.json")));
    assertThat(schema.get("$id").textValue()).isEqualTo("urn:caisson:dossier:v2");
    assertThat(schema.at("/properties/schema/const").textValue()).isEqualTo(Dossier.SCHEMA);
  }

  @Test
  void brokenDossiersAreRefused() {
    refused(json -> json.remove("verdict"));
    refused(json -> json.put("verdict", "supports release"));
    refused(json -> json.put("verdict", "blocks")); // no check blocks
    refused(json -> json.put("schema", "caisson/dossier/v1"));
    refused(json -> json.put("extra", 1));
    refused(json -> json.putNull("plainly"));
    refused(json -> json.putArray("why"));
    refused(json -> json.put("sites", 0));
    refused(json -> ((ObjectNode) json.at("/checks/0")).put("status", "ok"));
    refused(json -> ((ObjectNode) json.at("/checks/0")).remove("limit"));
    refused(json -> ((ObjectNode) json.at("/checks/0")).put("status", "block"));
    refused(json -> ((ObjectNode) json.at("/attacks/0")).put("auc", 1.2));
    refused(json -> ((ObjectNode) json.at("/attacks/0")).putArray("aucInterval").add(0.5));
    refused(json -> ((ObjectNode) json.at("/attacks/0/tprAtFpr")).remove("0.01"));
    refused(json -> ((ObjectNode) json.at("/attacks/0/tprAtFpr")).put("0.05", 0.1));
    refused(json -> ((ObjectNode) json.get("provenance")).putNull("assessment")); // then neither
    refused(json -> ((ObjectNode) json.at("/candidate")).put("model", "sha256:12"));
    refused(json -> ((ObjectNode) json.at("/provenance/assessment/data")).put("members", "A.csv"));
    refused(json -> json.put("audience", "public")); // with the data's digests still in it
  }

  @Test
  void schemaAndRecordsHaveTheSameFields() {
    Set<Class<?>> seen = new HashSet<>();
    same(Dossier.class, schema, seen);
    assertThat(seen).hasSize(schema.get("$defs").size() - 6 + 1); // six are no records
  }

  private void same(Class<?> type, JsonNode node, Set<Class<?>> seen) {
    if (!seen.add(type)) {
      return;
    }
    RecordComponent[] components = type.getRecordComponents();
    List<String> names = Arrays.stream(components).map(RecordComponent::getName).toList();
    assertThat(node.get("properties").fieldNames())
        .toIterable()
        .as(type.getName())
        .containsExactlyElementsOf(names);
    List<String> required = new ArrayList<>();
    node.get("required").forEach(name -> required.add(name.textValue()));
    assertThat(required).isEqualTo(names);
    assertThat(node.get("additionalProperties").booleanValue()).isFalse();
    for (RecordComponent component : components) {
      String where = type.getSimpleName() + "." + component.getName();
      JsonNode property = node.get("properties").get(component.getName());
      assertThat(property.path("description").asText()).as(where).isNotBlank();
      assertThat(nullable(property))
          .as(where)
          .isEqualTo(component.getAnnotatedType().isAnnotationPresent(Nullable.class));
      inside(component.getGenericType(), property, where, seen);
    }
  }

  private void inside(Type type, JsonNode property, String where, Set<Class<?>> seen) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      inside(list.getActualTypeArguments()[0], resolved(property).path("items"), where, seen);
    } else if (type instanceof Class<?> record && record.isRecord() && !isText(record)) {
      same(record, resolved(property), seen);
    } else if (type instanceof Class<?> word && word.isEnum()) {
      List<String> words = new ArrayList<>();
      resolved(property).get("enum").forEach(each -> words.add(each.textValue()));
      assertThat(words).as(where).containsExactlyInAnyOrderElementsOf(spellings(word));
    }
  }

  /// Whether a record has a text form of its own.
  private static boolean isText(Class<?> record) {
    return !record.getPackageName().equals(Dossier.class.getPackageName());
  }

  /// As Jackson writes them: what the schema says is checked against that, not against how an enum
  /// comes by it.
  private static List<String> spellings(Class<?> word) {
    return Arrays.stream(word.getEnumConstants())
        .map(each -> JSON.convertValue(each, String.class))
        .toList();
  }

  private static boolean nullable(JsonNode property) {
    for (JsonNode option : property.path("anyOf")) {
      if (option.path("type").asText().equals("null")) {
        return true;
      }
    }
    for (JsonNode type : property.path("type")) {
      if (type.asText().equals("null")) {
        return true;
      }
    }
    return false;
  }

  private JsonNode resolved(JsonNode property) {
    JsonNode option = property.has("anyOf") ? property.get("anyOf").get(0) : property;
    return option.has("$ref") ? schema.at(option.get("$ref").textValue().substring(1)) : option;
  }

  private void refused(Consumer<ObjectNode> bending) {
    ObjectNode json = (ObjectNode) parse(Assessments.dossier(600, 520, 0.4).json());
    bending.accept(json);
    assertThat(faults(json)).isNotEmpty();
  }

  private List<Error> faults(JsonNode json) {
    return validator.validate(json);
  }

  private static JsonNode parse(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError("our own files are JSON", e);
    }
  }
}
