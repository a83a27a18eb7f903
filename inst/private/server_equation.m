## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## eq = server_equation (law, workers, damping)
##
## The delay equation of order 2 of so many workers at these dampings: see asgd_sdde.

function eq = server_equation (law, workers, damping)
  eq = sdde_equation ("damping", damping, "delay", law, "correction",
                      (1 + law.cv2) / 2 * damping * law.mean / workers);
endfunction
