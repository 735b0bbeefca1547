/// The site's wire: one conversation that the site opens, uploads and fetches beside it. Translates
/// protobuf to the calls of [SiteDesk] and decides nothing. Read [CoordinatorLink].
@NullMarked
package dev.caisson.client.grpc;

import org.jspecify.annotations.NullMarked;
