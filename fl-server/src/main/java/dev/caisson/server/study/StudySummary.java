package dev.caisson.server.study;

import dev.caisson.protocol.study.StudyState;
import java.time.Instant;

/// A study in one line.
///
/// @param title the plan's name
public record StudySummary(
    String study,
    String title,
    String submitter,
    StudyState state,
    String reason,
    int roundsDone,
    int roundsPlanned,
    Instant created,
    Instant updated) {}
