# maldiquant_read.R IMAGE.imzML centroid|profile OUT: every spectrum as MALDIquantForeign reads it, to OUT as one line of
# "x y values" each, followed by a line of masses and one of intensities. %a: exact.
suppressPackageStartupMessages(library(MALDIquantForeign))
arguments <- commandArgs(trailingOnly = TRUE)
spectra <- importImzMl(arguments[1], centroided = arguments[2] == "centroid", verbose = FALSE)
out <- file(arguments[3], "w")
line <- function(values) paste(sprintf("%a", as.numeric(values)), collapse = " ")
for (spectrum in spectra) {
  position <- metaData(spectrum)$imaging$pos
  writeLines(c(sprintf("%d %d %d", position["x"], position["y"], length(mass(spectrum))),
               line(mass(spectrum)), line(intensity(spectrum))), out)
}
close(out)
