package dev.caisson.client.study;

import dev.caisson.protocol.study.ModelPlan;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.OnnxModel;

/// The model file of a plan that describes its model in words. Equal plans give equal bytes, at the
/// researcher's desk and at every site.
public final class PlannedModel {
  private PlannedModel() {}

  public static OnnxModel of(ModelPlan plan, long seed) {
    return (plan.hidden().isEmpty()
            ? ModelSpec.logistic(plan.inputs(), 1, seed)
            : ModelSpec.mlp(plan.inputs(), plan.hidden(), 1, seed))
        .build();
  }
}
