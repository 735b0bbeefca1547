/// How a federation comes together: the coordinator's home and its tokens, homes of members with
/// keys made there, rosters compared by people, and who is out. The rules are in `server.member`
/// and `protocol.enrol`; here are words. Read [InitCommand], then [Enrolling].
@NullMarked
package dev.caisson.cli.enrol;

import org.jspecify.annotations.NullMarked;
