## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Responses in time against values to 20 digits by the series in sums of delays
## (tests/reference/response.py): a relative error of 1e-8 is promised.
%!test
%! lines = strsplit (strtrim (fileread (fullfile ("tests", "reference", "response.csv"))), "\n");
%! assert (numel (lines), 41);
%! for k = 2:41
%!   field = strsplit (lines{k}, ",");
%!   parameters = num2cell (sscanf (field{2}, "%f"));
%!   number = str2double (field(3:5));
%!   eq = sdde_equation ("damping", number(1), "delay", delay_law (field{1}, parameters{:}));
%!   assert (sdde_response (eq, number(2)), number(3), 1e-9);
%! endfor
