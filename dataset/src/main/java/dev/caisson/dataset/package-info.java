/// What a site's table must look like, how it is read, how a row becomes the numbers of a model's
/// input, and which persons are held out of training. A description is shared by all sites of a
/// federation and never depends on what one site's rows hold. Nothing here knows of networks,
/// engines or studies; no row leaves through this package, but its error texts show pieces of cells
/// and are for the site's own people only. Read [DatasetDescription], then [Table], then [HoldOut].
@NullMarked
package dev.caisson.dataset;

import org.jspecify.annotations.NullMarked;
