package dev.caisson.airlock.scan;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The operators of domain `ai.onnx.ml` and their attributes with types, over all versions of the
/// operator set up to 5. Source: the schemas of the `onnx` package 1.23. The standard domain has no
/// such table here: what it keeps in lists is bounded by its own shapes.
final class MlOperators {
  private static final String TABLE =
      """
      ArrayFeatureExtractor
      Binarizer threshold:FLOAT
      CastMap cast_to:STRING map_form:STRING max_map:INT
      CategoryMapper cats_int64s:INTS cats_strings:STRINGS default_int64:INT \
          default_string:STRING
      DictVectorizer int64_vocabulary:INTS string_vocabulary:STRINGS
      FeatureVectorizer inputdimensions:INTS
      Imputer imputed_value_floats:FLOATS imputed_value_int64s:INTS \
          replaced_value_float:FLOAT replaced_value_int64:INT
      LabelEncoder classes_strings:STRINGS default_float:FLOAT default_int64:INT \
          default_string:STRING default_tensor:TENSOR keys_floats:FLOATS keys_int64s:INTS \
          keys_strings:STRINGS keys_tensor:TENSOR values_floats:FLOATS values_int64s:INTS \
          values_strings:STRINGS values_tensor:TENSOR
      LinearClassifier classlabels_ints:INTS classlabels_strings:STRINGS \
          coefficients:FLOATS intercepts:FLOATS multi_class:INT post_transform:STRING
      LinearRegressor coefficients:FLOATS intercepts:FLOATS post_transform:STRING \
          targets:INT
      Normalizer norm:STRING
      OneHotEncoder cats_int64s:INTS cats_strings:STRINGS zeros:INT
      SVMClassifier classlabels_ints:INTS classlabels_strings:STRINGS coefficients:FLOATS \
          kernel_params:FLOATS kernel_type:STRING post_transform:STRING prob_a:FLOATS \
          prob_b:FLOATS rho:FLOATS support_vectors:FLOATS vectors_per_class:INTS
      SVMRegressor coefficients:FLOATS kernel_params:FLOATS kernel_type:STRING \
          n_supports:INT one_class:INT post_transform:STRING rho:FLOATS support_vectors:FLOATS
      Scaler offset:FLOATS scale:FLOATS
      TreeEnsemble aggregate_function:INT leaf_targetids:INTS leaf_weights:TENSOR \
          membership_values:TENSOR n_targets:INT nodes_falseleafs:INTS nodes_falsenodeids:INTS \
          nodes_featureids:INTS nodes_hitrates:TENSOR nodes_missing_value_tracks_true:INTS \
          nodes_modes:TENSOR nodes_splits:TENSOR nodes_trueleafs:INTS nodes_truenodeids:INTS \
          post_transform:INT tree_roots:INTS
      TreeEnsembleClassifier base_values:FLOATS base_values_as_tensor:TENSOR \
          class_ids:INTS class_nodeids:INTS class_treeids:INTS class_weights:FLOATS \
          class_weights_as_tensor:TENSOR classlabels_int64s:INTS classlabels_strings:STRINGS \
          nodes_falsenodeids:INTS nodes_featureids:INTS nodes_hitrates:FLOATS \
          nodes_hitrates_as_tensor:TENSOR nodes_missing_value_tracks_true:INTS \
          nodes_modes:STRINGS nodes_nodeids:INTS nodes_treeids:INTS nodes_truenodeids:INTS \
          nodes_values:FLOATS nodes_values_as_tensor:TENSOR post_transform:STRING
      TreeEnsembleRegressor aggregate_function:STRING base_values:FLOATS \
          base_values_as_tensor:TENSOR n_targets:INT nodes_falsenodeids:INTS \
          nodes_featureids:INTS nodes_hitrates:FLOATS nodes_hitrates_as_tensor:TENSOR \
          nodes_missing_value_tracks_true:INTS nodes_modes:STRINGS nodes_nodeids:INTS \
          nodes_treeids:INTS nodes_truenodeids:INTS nodes_values:FLOATS \
          nodes_values_as_tensor:TENSOR post_transform:STRING target_ids:INTS \
          target_nodeids:INTS target_treeids:INTS target_weights:FLOATS \
          target_weights_as_tensor:TENSOR
      ZipMap classlabels_int64s:INTS classlabels_strings:STRINGS
      """;

  private static final Map<String, Map<String, String>> OPERATORS = read();

  private MlOperators() {}

  /// The attributes of an operator with the names of their types; empty if there is no such
  /// operator.
  static Optional<Map<String, String>> attributes(String operator) {
    return Optional.ofNullable(OPERATORS.get(operator));
  }

  private static Map<String, Map<String, String>> read() {
    Map<String, Map<String, String>> operators = new HashMap<>();
    for (String line : TABLE.lines().toList()) {
      String[] words = line.strip().split(" +", -1);
      Map<String, String> attributes = new HashMap<>();
      for (int i = 1; i < words.length; i++) {
        int colon = words[i].indexOf(':');
        attributes.put(words[i].substring(0, colon), words[i].substring(colon + 1));
      }
      operators.put(words[0], Map.copyOf(attributes));
    }
    return Map.copyOf(operators);
  }
}
