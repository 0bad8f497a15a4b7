# What metafor makes of each set of rows, for tests/synthesis/test_pooling.py:
#   Rscript tests/metafor.R tests/synthesis/pooling_sets.csv > tests/synthesis/pooling_metafor.csv
# With two further arguments, the method and the test of `rma` are these, in place of PM and adhoc.
# "adhoc" is Hartung and Knapp's interval, but never narrower than that of the common effect.
suppressPackageStartupMessages(library(metafor))

arguments <- commandArgs(trailingOnly = TRUE)
chosen <- if (length(arguments) > 1) arguments[2:3] else c("PM", "adhoc")

pooled <- function(rows) {
  sei <- log(rows$ci_high / rows$ci_low) / (2 * qnorm(0.5 + rows$ci_level / 200))
  # uniroot's own tolerance would leave tau2 uncertain in the fourth decimal.
  fit <- rma(log(rows$estimate), sei = sei, method = chosen[1], test = chosen[2],
             control = list(tol = 1e-12, threshold = 1e-10, stepadj = 0.5, maxiter = 10000))
  p <- predict(fit, transf = exp)
  data.frame(set = rows$set[1], k = fit$k, estimate = p$pred, ci_low = p$ci.lb, ci_high = p$ci.ub,
             prediction_low = p$pi.lb, prediction_high = p$pi.ub, tau2 = fit$tau2, i2 = fit$I2, q = fit$QE)
}

rows <- read.csv(arguments[1])
answers <- lapply(split(rows, factor(rows$set, unique(rows$set))), pooled)
write.csv(format(do.call(rbind, answers), digits = 12, trim = TRUE), row.names = FALSE, quote = FALSE)
