## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## private_package ("install", FOLDER, TARBALL)
## private_package ("load", FOLDER)
##
## Installs the package into FOLDER, or loads it from there, without a look at
## what the user or the system has installed and without a trace there.

function private_package (action, folder, tarball)
  folder = make_absolute_filename (folder);
  list = fullfile (folder, "packages");
  if (strcmp (action, "install"))
    mkdir (folder);
    tarball = make_absolute_filename (tarball);
  endif
  pkg ("prefix", folder, folder);
  pkg ("local_list", list);
  pkg ("global_list", fullfile (folder, "no-global-packages"));
  switch (action)
    case "install"
      pkg ("install", "-local", "-nodeps", tarball);
    case "load"
      pkg ("load", "sdde");
    otherwise
      error ("private_package: the action is 'install' or 'load'");
  endswitch
endfunction
