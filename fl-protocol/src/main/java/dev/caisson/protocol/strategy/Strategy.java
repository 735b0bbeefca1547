package dev.caisson.protocol.strategy;

import dev.caisson.protocol.study.AggregationPlan;
import dev.caisson.protocol.study.TrainingPlan;
import java.util.List;
import java.util.Optional;

/// What makes the next state of a study out of a round's sum, and what the sites add to their
/// gradients for it. Pure values: plans are compared by them.
///
/// A *state* is one or more vectors of the same length, that of the shared parameters: the weights
/// first, then what the strategy remembers (moments, a control variate). Sites see all of it.
///
/// A training round sums one vector of each site, its [#UPDATE], whose length (L2 norm) every site
/// bounds before masking. There is no second sum, on purpose: one of something that sites compute
/// from their updates with factors of their own (numbers of steps, a second bound) would be a
/// second equation about the same vectors, and two honest sites' updates could be solved for. What
/// follows from the sum of the updates, a strategy computes in its step.
///
/// [StateStep] calls [#step] for the trained entries only. *Statistics* (the running means and
/// variances of BatchNormalization) are averaged plainly whatever the strategy, or a variance could
/// become negative by a moment or a server's learning rate; what is remembered of them stays as it
/// began.
///
/// To add one: a class like [FedAvg], its line in [Strategies], and a test like those beside it.
public interface Strategy {
  /// The segment of the (weighted) model update.
  String UPDATE = "update";

  /// The name in plans.
  String name();

  /// What its section of a plan says besides the name, in the order of its keys.
  List<Setting> settings();

  /// What each vector behind the weights begins with, one number for each vector.
  default List<Float> memory() {
    return List.of();
  }

  /// What a site adds to the gradient of every step.
  default LocalTerms local() {
    return LocalTerms.NONE;
  }

  /// Why a plan cannot train by this strategy, if so.
  default Optional<Objection> objection(TrainingPlan training, AggregationPlan aggregation) {
    return Optional.empty();
  }

  /// Puts the next state's entries in the place of this one's. Every entry depends on the same
  /// entry of the state and of the means, and on nothing else, so that blocks can be taken in any
  /// size and order; only `+ - * /` and `Math.sqrt`, which Java computes to the same bits
  /// everywhere (JLS 15.4 and the specification of `sqrt`).
  void step(Block block);

  /// Vectors in a state.
  default int vectors() {
    return 1 + memory().size();
  }

  /// A number of the plan.
  record Setting(String key, double value) {}

  /// What is added to a site's gradient g at the weights v, in a round that starts from the weights
  /// w: `g + proximal · (v - w)`, and `+ c - c_i` where there is a control variate: the state's
  /// second vector c, and the site's own c_i, which begins at 0.
  ///
  /// @param controlScale 0 for no control variate; else c_i becomes `c_i - c - Δ / controlScale` by
  ///   a round that counts, with Δ the update as it was sent
  record LocalTerms(double proximal, double controlScale) {
    public static final LocalTerms NONE = new LocalTerms(0, 0);

    public boolean control() {
      return controlScale != 0;
    }
  }

  /// What a plan has to say otherwise.
  ///
  /// @param key where, for example `training.optimiser`
  /// @param rule what it must be
  record Objection(String key, String rule, Object found) {}
}
