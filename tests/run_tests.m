## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## octave-cli --no-history -qf tests/run_tests.m FILE WHERE
##
## Runs the %! tests of one FILE and prints "## PASSED FAILED" last.  WHERE is
## the folder of the mex files to go with the functions of this source tree, or
## the folder that tools/private_package.m installed the package into.  A file
## without tests counts as one failure.

1;

function count_tests (file)
  [~, name, extension] = fileparts (file);
  if (strcmp (extension, ".m"))
    ## Fails where the file cannot be parsed: its %!error tests would pass.
    nargin (name);
  endif
  [passed, total, expected, known] = test (file, "quiet", stdout);
  failed = total - passed - expected - known;
  if (total == 0)
    printf ("no tests in %s\n", file);
    failed = 1;
  endif
  printf ("## %d %d\n", passed, failed);
endfunction

[file, where] = argv (){:};
root = fileparts (fileparts (mfilename ("fullpath")));
where = make_absolute_filename (where);
if (exist (fullfile (where, "packages"), "file"))
  addpath (fullfile (root, "tools"));
  private_package ("load", where);
  [~, name] = fileparts (file);
  file = which (name);
  if (! strncmp (file, where, numel (where)))
    error ("%s is not in the package installed in %s", name, where);
  endif
  cd (where);
else
  addpath (fullfile (root, "inst"), where);
  file = make_absolute_filename (file);
  cd (root);
endif
count_tests (file);
