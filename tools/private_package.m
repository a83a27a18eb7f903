## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## private_package ("install", FOLDER, TARBALL)
## private_package ("load", FOLDER)
##
## Installs the package into FOLDER, or loads it from there, without a look at
## what the user or the system has installed and without a trace there.  The
## TARBALL must be the one that TARBALL.sha256 tells.

function private_package (action, folder, tarball)
  folder = make_absolute_filename (folder);
  list = fullfile (folder, "packages");
  if (strcmp (action, "install"))
    mkdir (folder);
    tarball = make_absolute_filename (tarball);
    told = strtok (fileread ([tarball ".sha256"]));
    if (! strcmp (hash_of (tarball), told))
      error ("private_package: %s does not have the checksum beside it", tarball);
    endif
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

function sum = hash_of (name)
  file = fopen (name, "rb");
  sum = hash ("sha256", fread (file, Inf, "*char")');
  fclose (file);
endfunction
