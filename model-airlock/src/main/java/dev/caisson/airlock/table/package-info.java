/// What an assessment is given of persons: members' and non-members' tables (CSV or Parquet),
/// folders of images, and tables of a model's outputs, as numbers in memory. A reader trusts
/// nothing in a file. What the numbers mean to a model is told in the mapping room; nothing here
/// knows of models but the size of an image. Error texts show column names and row numbers and are
/// for the people who hold the tables. Read [Records], then [RecordsReader].
@NullMarked
package dev.caisson.airlock.table;

import org.jspecify.annotations.NullMarked;
