/// `caisson bench`: measurements that anybody can repeat, each in processes of its own, beside the
/// peer where one is given. No figure here is a test. Read [EnginesCommand].
@NullMarked
package dev.caisson.cli.bench;

import org.jspecify.annotations.NullMarked;
