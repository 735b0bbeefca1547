/// From rows as read to what a model is asked: which column feeds which input and how it is encoded
/// (`mapping.yaml`, or names and order where those suffice), what the label means, which attributes
/// an attacker may guess. Nothing is guessed where two readings are possible: the error says what
/// the model wants and what the table has. Engines are not known here. Read [Prepared], then
/// [EncodingPlan] and [Labelling].
@NullMarked
package dev.caisson.airlock.mapping;

import org.jspecify.annotations.NullMarked;
