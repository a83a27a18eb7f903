# SPDX-License-Identifier: GPL-3.0-or-later
# usage: awk -v status=EXIT -v name=NAME -f count_tap.awk LOG
# Counts the report of a cmocka program (Test Anything Protocol).  Tests that
# were planned and never reported failed; so did, at least once, a program
# that did not exit with 0 (a leak is found after the last test).

/^1\.\.[0-9]+/ { planned += substr ($0, 4) + 0 }
/^ok / { passed++ }
/^not ok / { failed++ }

END {
  if (planned > passed + failed)
    failed = planned - passed
  if (passed + failed == 0 || (status != 0 && failed == 0))
    failed++
  print passed + 0, failed + 0, name
}
