# Makes the three demo tables from R's package `survival` (LGPL >= 2). See README.md beside this file.
#   Rscript make.R [OUTPUT FOLDER, default .]
# The counts below are checked, so that another edition of the package cannot slip in unseen.
library(survival)

arguments <- commandArgs(trailingOnly = TRUE)
folder <- if (length(arguments) > 0) arguments[1] else "."
horizon <- 3 * 365.25 # days

# 1: recurrence or death within three years; 0: followed for longer without either; NA: censored
# before, left out. A Rotterdam patient whose follow-up for recurrence ended early stays out even if
# known to be alive later (see the note on 43 subjects in the package's own help page).
rotterdam_event <- with(rotterdam, {
  event <- (recur == 1 & rtime <= horizon) | (death == 1 & dtime <= horizon)
  ifelse(event, 1L, ifelse(rtime > horizon, 0L, NA))
})
gbsg_event <- with(gbsg, {
  event <- status == 1 & rfstime <= horizon
  ifelse(event, 1L, ifelse(rfstime > horizon, 0L, NA))
})

counts <- function(event) c(sum(event == 0, na.rm = TRUE), sum(event == 1, na.rm = TRUE), sum(is.na(event)))
stopifnot(
  nrow(rotterdam) == 2982, nrow(gbsg) == 686,
  counts(rotterdam_event) == c(2022, 922, 38),
  counts(gbsg_event) == c(331, 224, 131)
)

# The columns both studies have, as raw values in common units. No time, no status, no year: they
# would give the answer away or did not exist at the German trial. Chemotherapy is not in gbsg.
common <- function(data, prefix, size, event) {
  data.frame(
    id = sprintf("%s-%04d", prefix, data$pid),
    age = data$age,
    menopause = ifelse(data$meno == 1, "post", "pre"),
    tumour_size = size,
    grade = data$grade,
    nodes = data$nodes,
    progesterone = data$pgr,
    oestrogen = data$er,
    hormone_therapy = data$hormon,
    event_3y = event
  )
}

rotterdam_table <- common(rotterdam, "rot", as.character(rotterdam$size), rotterdam_event)
gbsg_size <- ifelse(gbsg$size <= 20, "<=20", ifelse(gbsg$size <= 50, "20-50", ">50")) # mm
gbsg_table <- common(gbsg, "gbsg", gbsg_size, gbsg_event)

save <- function(table, name) {
  table <- table[!is.na(table$event_3y), ]
  table <- table[order(table$id), ]
  stopifnot(!anyNA(table), !anyDuplicated(table$id))
  write.csv(table, file.path(folder, name), row.names = FALSE, quote = FALSE, eol = "\n")
  cat(sprintf("%s: %d rows, %d without and %d with an event\n", name, nrow(table),
              sum(table$event_3y == 0), sum(table$event_3y == 1)))
}

early <- rotterdam$year <= 1987
save(rotterdam_table[early, ], "rotterdam-early.csv") # operated on 1978 to 1987
save(rotterdam_table[!early, ], "rotterdam-late.csv") # 1988 to 1993
save(gbsg_table, "gbsg.csv")
