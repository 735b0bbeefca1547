/// A study as data: the plan that a researcher writes and a custodian reads, the parameter
/// manifest, states and figures. No protobuf, no I/O but the reading of plan text. Read [StudyPlan]
/// first.
@NullMarked
package dev.caisson.protocol.study;

import org.jspecify.annotations.NullMarked;
