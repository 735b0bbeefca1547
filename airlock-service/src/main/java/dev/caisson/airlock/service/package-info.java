/// The airlock as a process: it dials the coordinator for finished checkpoints, has the sites
/// attack them, puts dossiers before reviewers and releases what they approve. Judgement lives in
/// `dev.caisson.airlock`; here is only the way through. Read [AirlockProcess], then [CaseFile].
@NullMarked
package dev.caisson.airlock.service;

import org.jspecify.annotations.NullMarked;
