/// What a site holds of a study: the custodian's policy that admits or refuses it ([StudyPolicy]),
/// and what is loaded once it is admitted ([LocalStudy]).
@NullMarked
package dev.caisson.client.study;

import org.jspecify.annotations.NullMarked;
