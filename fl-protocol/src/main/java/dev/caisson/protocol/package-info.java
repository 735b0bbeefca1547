/// What the processes of a federation say to each other. Sub-packages: `study` (plans, states,
/// figures), `tls` (roles, certificates, key files), `blob` (content by digest), `grpc` (servers,
/// channels and the only code that touches protobuf). Start with `study.StudyPlan`.
@NullMarked
package dev.caisson.protocol;

import org.jspecify.annotations.NullMarked;
