## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn {} {@var{system} =} asgd_system (@qcode{"workers"}, @var{n}, @qcode{"compute"}, @var{law}, @dots{})
## Describe workers that train one model together through a parameter server.
##
## Each of the workers repeats without end: pull the model, compute a gradient
## on it, push the gradient.  The server applies a gradient when it arrives,
## w - @var{rate} g, so that other updates may have come between the pull and
## the push: their number is the staleness of the gradient.
##
## Options are pairs of a name, in any case, and a value:
##
## @multitable @columnfractions .2 .2 .6
## @headitem name @tab default @tab meaning
## @item @qcode{"workers"} @tab required
## @tab number of workers; for workers of several classes (fast and slow ones,
## say) a vector with the number in each
## @item @qcode{"compute"} @tab required
## @tab law of the time that a gradient takes, from the pull to the push if that
## is all, made by @code{delay_law}; a cell of laws, one for each class, where
## the classes differ
## @item @qcode{"download"}, @qcode{"upload"} @tab none
## @tab laws of the time that the model takes to reach a worker, and a gradient to
## reach the server, not shared with others (for a shared way see
## @qcode{"uplink"}); laws or cells as for @qcode{"compute"}.  From a pull to the next
## push all three pass, one after the other
## @item @qcode{"up"}, @qcode{"down"} @tab none
## @tab laws of the time from a worker's return to its next failure, and from there
## to its return; laws or cells as for @qcode{"compute"}, where @code{[]} stands for
## a class that never fails (@qcode{"up"}) or is back at once (@qcode{"down"}).  What
## a worker is at when it fails is lost, and it pulls when it returns; a gradient
## that waits for the uplink or is on its way behind it arrives.  Failures depend on
## nothing else.  Simulated only
## @item @qcode{"rate"} @tab 0.01
## @tab learning rate, > 0
## @item @qcode{"momentum"} @tab 0
## @tab beta, 0 @leq{} beta < 1, of a heavy ball on the server: v is set to beta v + g
## with the gradient g of an update, and w to w - @var{rate} v
## @item @qcode{"policy"} @tab @qcode{"async"}
## @tab how gradients become updates: @qcode{"async"} applies each on arrival, and so
## does @qcode{"lossy"} where some are lost; the others average K of them (see below)
## @item @qcode{"gradients"} @tab 1
## @tab K, a whole number @geq{} 1, of the policies that average
## @item @qcode{"loss"} @tab 0
## @tab p, 0 @leq{} p < 1: the probability that a gradient is lost, of the policy
## @qcode{"lossy"} only
## @item @qcode{"threshold"} @tab Inf
## @tab S, a whole number @geq{} 0: a gradient whose staleness is greater is
## stale
## @item @qcode{"stale"} @tab @qcode{"drop"}
## @tab how the threshold is kept: @qcode{"drop"} discards a stale gradient when
## it arrives (its worker pulls again, as after an update); @qcode{"abort"} makes
## a worker pull again at once when its staleness passes S (Ringmaster ASGD);
## with @qcode{"wait"} a worker that has finished S gradients more than the
## slowest one waits for it, and pulls when it may go on (stale-synchronous
## parallel; S @geq{} 1, and S = 1 has all workers wait for each other)
## @item @qcode{"deadline"} @tab Inf
## @tab a worker that has not finished its gradient so long after its pull,
## > 0, gives it up and pulls again
## @item @qcode{"weight"} @tab @qcode{"none"}
## @tab by what factor of the learning rate a gradient of staleness tau is
## applied: @qcode{"none"}, 1; @qcode{"inverse"}, 1/(1+tau);
## @code{@{"polynomial", a@}}, (1+tau)^-a with a @geq{} 0;
## @code{@{"constant-then-inverse", k@}}, min (1, k/tau) with k > 0; with the
## policies @qcode{"async"} and @qcode{"lossy"} only
## @item @qcode{"trigger"} @tab 0
## @tab u @geq{} 0: a worker sends its gradient only where that passes a trigger
## (see below), and pulls again at once otherwise; 0 sends every gradient; with
## the policy @qcode{"async"} only
## @item @qcode{"trigger-kind"} @tab @qcode{"magnitude"}
## @tab what passes: see below
## @item @qcode{"uplink"} @tab none
## @tab law of the time that it takes to send a gradient through a shared uplink,
## for which gradients queue once they are computed: the cycle of a worker is then
## @qcode{"compute"} and the time from there until it is sent
## @item @qcode{"channels"} @tab 1
## @tab number of gradients that the uplink sends at full speed at the same time
## @item @qcode{"discipline"} @tab @qcode{"fifo"}
## @tab of the uplink: @qcode{"fifo"} sends first what came first, one gradient on
## each channel; @qcode{"processor-sharing"} sends all at once, at equal speeds,
## that of one channel while there are enough of them
## @end multitable
##
## The level of a trigger is u sigma, sigma being the standard deviation of the
## noise of one coordinate of the gradient (the root of the mean of their
## variances, at the minimiser).  The kinds of triggers are
##
## @table @asis
## @item @qcode{"magnitude"}
## a gradient is sent if its norm is beyond the level; its worker forgets it
## otherwise.  With noise alone a model of d parameters gives
## P (chi2_d > u^2) of its gradients, so that u near the square root of d is
## where the trigger begins to bite.
## @item @qcode{"change"}
## a gradient is sent if it differs by more than the level, in norm, from the
## last one its worker sent; where it does not, the server applies that last one
## again (it learns so from a notice that takes no bandwidth).  Simulated only.
## @item @qcode{"accumulate"}
## a worker adds its gradients up and sends the sum, once its norm is beyond the
## level, and begins a new one: nothing is lost.  Simulated only.
## @end table
##
## Downloads and uploads are told apart from computations where that matters.
## The model that a worker gets is the one of the pull: updates during a
## download make its gradient staler.  A gradient that a trigger withholds takes
## no upload (nor does one that is repeated by the kind @qcode{"change"}).
## Behind an uplink, @qcode{"upload"} is a latency: the channel is free for the
## next gradient, and the worker pulls when its own has arrived.  In a round of
## @qcode{"k-batch-sync"} a worker downloads the model once.  A deadline counts
## from the pull to the push.
##
## With the policy @qcode{"lossy"} each gradient is lost with probability
## @qcode{"loss"}, independently of all else: its message is, or the server takes
## only some of those that arrive (client sampling).  Its worker cannot tell, and
## pulls when it would have arrived.  A weight, a deadline, momentum and the
## threshold of @qcode{"drop"} stand beside it (with @qcode{"abort"}, simulated only);
## a trigger and an uplink do not.
##
## The policies that make one update from the mean of K gradients (Dutta et al.,
## 2018):
##
## @table @asis
## @item @qcode{"k-sync"}
## Rounds: all workers compute a gradient of the same model; the first K of them
## are averaged, the others are cancelled, and all pull.  Nothing is stale.
## @item @qcode{"k-batch-sync"}
## The same, but who is done begins another gradient of the same model, so that
## K may be more than the number of workers.
## @item @qcode{"k-async"}
## Who is done waits until K are; these are averaged and pull, while the others
## compute on.
## @item @qcode{"k-batch-async"}
## Who is done pulls at once.  The server gathers gradients and averages every K
## of them (the buffer of FedBuff, Nguyen et al., 2022).
## @end table
##
## @var{system} is a struct with the fields @code{workers} (row of the class
## sizes), @code{compute} (cell row of as many laws), @code{download} and
## @code{upload} (the same, or empty; a struct without them has none), @code{up}
## and @code{down} (likewise, a law may be @code{[]}), @code{rate},
## @code{momentum}, @code{policy}, @code{gradients}, @code{loss} (a struct without it
## has 0), @code{threshold},
## @code{stale}, @code{deadline}, @code{weight} (the name),
## @code{weight_parameter} (a or k, else 0), @code{trigger},
## @code{trigger_kind}, @code{uplink} (empty if none), @code{channels} and
## @code{discipline}.  It is data: it can be saved, compared, and changed field
## by field; every function that takes it checks it again.
##
## Bad values are the error @code{sdde:asgd_system:invalid}, names that do not
## exist @code{sdde:asgd_system:unknown} or
## @code{sdde:asgd_system:unknown-option}.
##
## @example
## @group
## fast = delay_law ("gamma", 4, 0.25);
## slow = delay_law ("gamma", 4, 2.5);
## system = asgd_system ("workers", [5 5], "compute", @{fast, slow@});
## st = asgd_staleness (system);
## st.rate
##      @result{}  5.5000
## @end group
## @end example
##
## References: S. Dutta, G. Joshi, S. Ghosh, P. Dube, P. Nagpurkar, "Slow and
## Stale Gradients Can Win the Race: Error-Runtime Trade-offs in Distributed
## SGD", AISTATS 2018; B. T. Polyak, "Some Methods of Speeding up the
## Convergence of Iteration Methods", USSR Comput. Math. Math. Phys. 4, 1964; Q.
## Ho et al., "More Effective Distributed ML via a Stale Synchronous Parallel
## Parameter Server", NIPS 2013; A. Maranjyan, A. Tyurin, P. Richt@'arik,
## "Ringmaster ASGD", ICML 2025; J. Nguyen et al., "Federated Learning with
## Buffered Asynchronous Aggregation", AISTATS 2022.
##
## @seealso{delay_law, asgd_staleness, asgd_sdde, asgd_simulate, asgd_trace}
## @end deftypefn

function system = asgd_system (varargin)
  caller = "asgd_system";
  if (nargin == 0)
    print_usage ();
  endif
  defaults = struct ("workers", [], "compute", [], "download", [], "upload", [], "up", [], "down", [],
                     "rate", 0.01, "momentum", 0,
                     "policy", "async", "gradients", 1, "loss", 0, "threshold", Inf,
                     "stale", "drop", "deadline", Inf, "weight", "none",
                     "trigger", 0, "trigger_kind", "magnitude",
                     "uplink", [], "channels", 1, "discipline", "fifo");
  system = parse_options (caller, defaults, varargin);
  for name = {"workers", "compute"}
    if (isempty (system.(name{1})))
      error ("sdde:asgd_system:invalid",
             "asgd_system: the option '%s' is required", name{1});
    endif
  endfor
  for name = {"workers", "rate", "momentum", "gradients", "loss", "threshold", "deadline", "trigger", "channels"}
    system.(name{1}) = real_numbers (caller, system.(name{1}), name{1});
  endfor
  for name = {"rate", "momentum", "gradients", "loss", "threshold", "deadline", "trigger", "channels"}
    if (! isscalar (system.(name{1})))
      error ("sdde:asgd_system:invalid", "asgd_system: %s must be a scalar",
             name{1});
    endif
  endfor
  [system.weight, system.weight_parameter] = weight_of (system.weight);
  for name = {"policy", "stale", "weight", "trigger_kind", "discipline"}
    value = system.(name{1});
    if (! (ischar (value) && isrow (value)))
      error ("sdde:asgd_system:unknown", "asgd_system: %s must be a string",
             strrep (name{1}, "_", "-"));
    endif
    system.(name{1}) = lower (value);
  endfor
  if (! isempty (system.uplink))
    check_law (caller, system.uplink, "uplink");
  endif
  if (! isvector (system.workers))
    error ("sdde:asgd_system:invalid",
           "asgd_system: workers must be a number, or a vector of the sizes of classes");
  endif
  system.workers = system.workers(:).';
  classes = numel (system.workers);
  system.compute = laws_of_classes (system.compute, "compute", classes);
  for name = {"download", "upload", "up", "down"}
    if (! isempty (system.(name{1})))
      system.(name{1}) = laws_of_classes (system.(name{1}), name{1}, classes);
    endif
  endfor
  if (isempty (system.up) && ! isempty (system.down))
    error ("sdde:asgd_system:invalid",
           "asgd_system: down stands beside up, the law of the time between failures");
  endif
  core_call (caller, @__sdde_system__, "check", system);
endfunction

## The option "weight" as a name and a parameter, 0 where it has none.
function [name, parameter] = weight_of (option)
  name = option;
  parameter = 0;
  if (iscell (option) && ! isempty (option))
    name = option{1};
  endif
  takes = ischar (name) && any (strcmpi (name, {"polynomial", "constant-then-inverse"}));
  if (takes && iscell (option) && numel (option) == 2)
    parameter = real_numbers ("asgd_system", option{2}, "the parameter of the weight");
  elseif (takes || (iscell (option) && numel (option) != 1))
    error ("sdde:asgd_system:invalid",
           "asgd_system: weight must be \"none\", \"inverse\", {\"polynomial\", a} or {\"constant-then-inverse\", k}");
  endif
endfunction

## The laws of the option NAME as a cell row of one for each of the classes.
function laws = laws_of_classes (laws, name, classes)
  if (! iscell (laws))
    laws = {laws};
  endif
  laws = laws(:).';
  may_lack = any (strcmp (name, {"up", "down"}));
  for k = 1:numel (laws)
    if (may_lack && isempty (laws{k}))
      continue;
    endif
    check_law ("asgd_system", laws{k}, sprintf ("%s{%d}", name, k));
  endfor
  if (isscalar (laws))
    laws = repmat (laws, 1, classes);
  elseif (numel (laws) != classes)
    error ("sdde:asgd_system:invalid",
           "asgd_system: %s holds %d laws for %d classes of workers; it takes one law, or one for each class",
           name, numel (laws), classes);
  endif
endfunction

%!demo
%! ## Eight equal workers, and what their staleness looks like.
%! work = delay_law ("shifted-exponential", 0.5, 0.5);
%! system = asgd_system ("workers", 8, "compute", work, "rate", 0.02)
%! asgd_staleness (system);

%!shared work, fast
%! work = delay_law ("shifted-exponential", 0.5, 0.5);
%! fast = delay_law ("gamma", 4, 0.05);

%!test
%! s = asgd_system ("workers", 8, "compute", work);
%! assert (fieldnames (s)', {"workers", "compute", "download", "upload", "up", "down", "rate", "momentum", ...
%!                          "policy", "gradients", "loss", "threshold", "stale", "deadline", ...
%!                          "weight", "trigger", "trigger_kind", "uplink", ...
%!                          "channels", "discipline", "weight_parameter"});
%! assert (s.workers, 8);
%! assert (s.compute, {work});
%! assert (isempty (s.download) && isempty (s.upload) && isempty (s.up) && isempty (s.down));
%! assert (s.rate, 0.01);
%! assert (s.policy, "async");
%! assert (s.gradients, 1);
%! assert (s.threshold, Inf);
%! assert (s.deadline, Inf);
%! assert (s.stale, "drop");
%!test
%! s = asgd_system ("Workers", int8 ([4; 2]), "COMPUTE", {work; fast}, ...
%!                  "rate", single (0.5), "threshold", 5, "stale", "Drop");
%! assert (s.workers, [4 2]);
%! assert (s.compute, {work, fast});
%! assert (s.rate, 0.5);
%! assert (class (s.workers), "double");
%! assert (s.threshold, 5);
%! assert (s.stale, "drop");
%!test
%! s = asgd_system ("workers", 8, "compute", work, "policy", "K-Sync", "gradients", 8);
%! assert (s.policy, "k-sync");
%! assert (s.gradients, 8);
%! s = asgd_system ("workers", [2 2], "compute", work, "policy", "k-batch-sync", ...
%!                  "gradients", int8 (9));
%! assert (s.gradients, 9);
%!test
%! s = asgd_system ("workers", [2 2], "compute", work, "Download", fast, "upload", {fast; work});
%! assert (s.download, {fast, fast});
%! assert (s.upload, {fast, work});
%!test
%! s = asgd_system ("workers", [2 2], "compute", work, "up", {[], work}, "down", fast);
%! assert (s.up, {[], work});
%! assert (s.down, {fast, fast});
%!error <upload holds 3 laws for 2 classes>
%! asgd_system ("workers", [2 2], "compute", work, "upload", {work, work, work});
%!error <download\{2\} must be a law>
%! asgd_system ("workers", [2 2], "compute", work, "download", {work, 1});
%!error <positive time before its upload>
%! asgd_system ("workers", 2, "compute", delay_law ("deterministic", 0), "upload", fast, "trigger", 1);
%!error <trigger and an upload stand without a deadline>
%! asgd_system ("workers", 2, "compute", work, "upload", fast, "trigger", 1, "deadline", 9);
## One law serves all classes.
%!assert (asgd_system ("workers", [1 2], "compute", work).compute, {work, work})
%!assert (asgd_system ("workers", [0 2], "compute", work).workers, [0 2])

%!error <Invalid call> asgd_system ()
%!error <the option 'workers' is required> asgd_system ("compute", work)
%!error <the option 'compute' is required> asgd_system ("workers", 2)
%!error id=sdde:asgd_system:unknown-option asgd_system ("worker", 2)
%!error <did you mean 'workers'> asgd_system ("worker", 2)
%!error id=sdde:asgd_system:unpaired-option asgd_system ("workers")
%!error id=sdde:asgd_system:invalid asgd_system ("workers", 0, "compute", work)
%!error <no worker; at least one> asgd_system ("workers", [0 0], "compute", work)
%!error <whole numbers between 0 and 1e9> asgd_system ("workers", 1.5, "compute", work)
%!error <whole numbers between 0 and 1e9> asgd_system ("workers", -1, "compute", work)
%!error <whole numbers between 0 and 1e9> asgd_system ("workers", NaN, "compute", work)
%!error <whole numbers between 0 and 1e9> asgd_system ("workers", Inf, "compute", work)
%!error <workers must be real numbers> asgd_system ("workers", "8", "compute", work)
%!error <or a vector> asgd_system ("workers", ones (2, 2), "compute", work)
%!error <compute\{1\} must be a law> asgd_system ("workers", 2, "compute", 1)
%!error <compute\{2\} must be a law> asgd_system ("workers", [2 2], "compute", {work, 1})
%!error <3 laws for 2 classes> asgd_system ("workers", [2 2], "compute", {work, work, work})
%!error <2 laws for 1 classes> asgd_system ("workers", 2, "compute", {work, work})
%!error <positive and finite time> asgd_system ("workers", 2, "compute", delay_law ("deterministic", 0))
%!error <learning rate must be positive> asgd_system ("workers", 2, "compute", work, "rate", 0)
%!error <learning rate must be positive> asgd_system ("workers", 2, "compute", work, "rate", NaN)
%!error <rate must be a scalar> asgd_system ("workers", 2, "compute", work, "rate", [1 2])
%!error <rate must be real> asgd_system ("workers", 2, "compute", work, "rate", 1i)
%!assert (asgd_system ("workers", 2, "compute", work).momentum, 0)
%!assert (asgd_system ("workers", 2, "compute", work, "Momentum", single (0.5)).momentum, 0.5)
%!error <momentum must be a number .= 0 and < 1> asgd_system ("workers", 2, "compute", work, "momentum", 1)
%!error <momentum must be a number .= 0 and < 1> asgd_system ("workers", 2, "compute", work, "momentum", -0.1)
%!error <momentum must be a number .= 0 and < 1> asgd_system ("workers", 2, "compute", work, "momentum", NaN)
%!error <momentum must be a scalar> asgd_system ("workers", 2, "compute", work, "momentum", [0, 0.5])
%!error <momentum must be real> asgd_system ("workers", 2, "compute", work, "momentum", "big")
%!error <threshold must be a whole number> asgd_system ("workers", 2, "compute", work, "threshold", 1.5)
%!error <threshold must be a whole number> asgd_system ("workers", 2, "compute", work, "threshold", -1)
%!error <threshold must be a whole number> asgd_system ("workers", 2, "compute", work, "threshold", NaN)
%!assert (asgd_system ("workers", 2, "compute", work, "Deadline", 2).deadline, 2)
%!error <deadline must be positive> asgd_system ("workers", 2, "compute", work, "deadline", 0)
%!error <deadline must be positive> asgd_system ("workers", 2, "compute", work, "deadline", NaN)
%!error <deadline must be a scalar> asgd_system ("workers", 2, "compute", work, "deadline", [1 2])
%!error <deadline must be real> asgd_system ("workers", 2, "compute", work, "deadline", "soon")
%!error <class 1 never finish by the deadline of 0.5> asgd_system ("workers", 2, "compute", work, "deadline", 0.5)
%!test
%! s = asgd_system ("workers", 2, "compute", work, "weight", {"Polynomial", 0.5});
%! assert ({s.weight, s.weight_parameter}, {"polynomial", 0.5});
%! s = asgd_system ("workers", 2, "compute", work, "weight", "inverse");
%! assert ({s.weight, s.weight_parameter}, {"inverse", 0});
%!error <'sqrt' is not known; accepted: none, inverse, polynomial, constant-then-inverse>
%! asgd_system ("workers", 2, "compute", work, "weight", "sqrt");
%!error <weight must be "none", "inverse", \{"polynomial", a\}>
%! asgd_system ("workers", 2, "compute", work, "weight", "polynomial");
%!error id=sdde:asgd_system:invalid asgd_system ("workers", 2, "compute", work, "weight", {"inverse", 1})
%!error id=sdde:asgd_system:invalid asgd_system ("workers", 2, "compute", work, "weight", {})
%!test
%! s = asgd_system ("workers", 2, "compute", work, "policy", "Lossy", "loss", single (0.25), ...
%!                  "weight", "inverse");
%! assert ({s.policy, s.loss}, {"lossy", 0.25});
%! assert (asgd_system ("workers", 2, "compute", work).loss, 0);
%!error <loss must be a probability>
%! asgd_system ("workers", 2, "compute", work, "policy", "lossy", "loss", 1);
%!error <loss must be a probability>
%! asgd_system ("workers", 2, "compute", work, "policy", "lossy", "loss", NaN);
%!error <loss must be a scalar>
%! asgd_system ("workers", 2, "compute", work, "policy", "lossy", "loss", [0 0.1]);
%!error <loss stands with the policy 'lossy' only, not with 'async'>
%! asgd_system ("workers", 2, "compute", work, "loss", 0.1);
%!error <'lossy' applies gradients one by one>
%! asgd_system ("workers", 2, "compute", work, "policy", "lossy", "gradients", 2);
%!error <trigger stands with the policy 'async' only, not with 'lossy'>
%! asgd_system ("workers", 2, "compute", work, "policy", "lossy", "trigger", 1);
%!error <uplink stands with the policy 'async' only, not with 'lossy'>
%! asgd_system ("workers", 2, "compute", work, "policy", "lossy", "uplink", fast);
%!error <only, not with 'lossy'>
%! asgd_system ("workers", 2, "compute", work, "policy", "lossy", "stale", "wait", "threshold", 2);
%!error <stands with the policies 'async' and 'lossy' only, not with 'k-async'>
%! asgd_system ("workers", 2, "compute", work, "policy", "k-async", "weight", "inverse");
%!error <exponent of the weight 'polynomial'> asgd_system ("workers", 2, "compute", work, "weight", {"polynomial", -1})
%!error <must be positive and finite> asgd_system ("workers", 2, "compute", work, "weight", {"constant-then-inverse", 0})
%!error id=sdde:asgd_system:unknown asgd_system ("workers", 2, "compute", work, "policy", "sync")
%!error <'sync' is not known; accepted: async, k-sync, k-batch-sync, k-async, k-batch-async, lossy> asgd_system ("workers", 2, "compute", work, "policy", "sync")
%!error <'keep' is not known; accepted: drop, abort, wait> asgd_system ("workers", 2, "compute", work, "stale", "keep")
%!error <the threshold must be at least 1> asgd_system ("workers", 2, "compute", work, "stale", "wait", "threshold", 0)
%!error <'wait' stands with the policies 'async' and 'k-batch-async' only, not with 'k-sync'>
%! asgd_system ("workers", 2, "compute", work, "stale", "wait", "threshold", 2, "policy", "k-sync");
%!error <stale must be a string> asgd_system ("workers", 2, "compute", work, "stale", 1)
%!error <applies gradients one by one> asgd_system ("workers", 2, "compute", work, "gradients", 2)
%!error <waits for 3 gradients of as many workers, but there are 2> asgd_system ("workers", 2, "compute", work, "policy", "k-sync", "gradients", 3)
%!error <'k-async' waits for 3> asgd_system ("workers", [1 1], "compute", work, "policy", "k-async", "gradients", 3)
%!error <gradients must be a whole number> asgd_system ("workers", 2, "compute", work, "policy", "k-sync", "gradients", 1.5)
%!error <gradients must be a whole number> asgd_system ("workers", 2, "compute", work, "policy", "k-sync", "gradients", 0)
%!error <gradients must be a scalar> asgd_system ("workers", 2, "compute", work, "gradients", [1 1])
%!test
%! s = asgd_system ("workers", 2, "compute", work, "trigger", int8 (1), ...
%!                  "Trigger-Kind", "Change");
%! assert (s.trigger, 1);
%! assert (s.trigger_kind, "change");
%!error <trigger must be a finite number> asgd_system ("workers", 2, "compute", work, "trigger", -1)
%!error <trigger must be a finite number> asgd_system ("workers", 2, "compute", work, "trigger", Inf)
%!error <trigger must be a finite number> asgd_system ("workers", 2, "compute", work, "trigger", NaN)
%!error <trigger must be a scalar> asgd_system ("workers", 2, "compute", work, "trigger", [1 2])
%!error <trigger must be real> asgd_system ("workers", 2, "compute", work, "trigger", "big")
%!error <'lag' is not known; accepted: magnitude, change, accumulate>
%! asgd_system ("workers", 2, "compute", work, "trigger", 1, "trigger-kind", "lag");
%!error <trigger-kind must be a string> asgd_system ("workers", 2, "compute", work, "trigger-kind", 1)
%!error <trigger stands with the policy 'async' only, not with 'k-async'>
%! asgd_system ("workers", 2, "compute", work, "policy", "k-async", "trigger", 1);
%!error <'change' stands without a threshold>
%! asgd_system ("workers", 2, "compute", work, "threshold", 3, "trigger", 1, "trigger-kind", "change");
%!error <threshold of 'drop' only, not with 'wait'>
%! asgd_system ("workers", 2, "compute", work, "threshold", 3, "stale", "wait", "trigger", 1);
%!test
%! s = asgd_system ("workers", 2, "compute", work, "uplink", fast, "channels", 3, ...
%!                  "discipline", "Processor-Sharing");
%! assert (s.uplink, fast);
%! assert (s.channels, 3);
%! assert (s.discipline, "processor-sharing");
%! assert (isempty (asgd_system ("workers", 2, "compute", work).uplink));
%!error <uplink must be a law> asgd_system ("workers", 2, "compute", work, "uplink", 0.1)
%!error <uplink must take a positive> asgd_system ("workers", 2, "compute", work, "uplink", delay_law ("deterministic", 0))
%!error <at least one channel> asgd_system ("workers", 2, "compute", work, "uplink", fast, "channels", 0)
%!error <channels must be a whole number> asgd_system ("workers", 2, "compute", work, "uplink", fast, "channels", 1.5)
%!error <'lifo' is not known; accepted: fifo, processor-sharing> asgd_system ("workers", 2, "compute", work, "uplink", fast, "discipline", "lifo")
%!error <uplink stands with the policy 'async' only> asgd_system ("workers", 2, "compute", work, "uplink", fast, "policy", "k-async")
%!error <uplink stands without a deadline> asgd_system ("workers", 2, "compute", work, "uplink", fast, "deadline", 3)
%!error <'drop' only, not with 'abort'> asgd_system ("workers", 2, "compute", work, "uplink", fast, "threshold", 3, "stale", "abort")
