## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{st} =} asgd_staleness (@var{system})
## @deftypefnx {} {@var{st} =} asgd_staleness (@var{system}, @var{name}, @var{value}, @dots{})
## @deftypefnx {} {} asgd_staleness (@var{system})
## What a system of workers does to its gradients: how many of them become
## updates per unit time, how stale they are, and how long they took.
##
## @var{system} comes from @code{asgd_system}.  The staleness of a gradient is
## the number of updates between the pull of its worker and its own arrival,
## itself not counted.  Gradients that arrive together are served first in,
## first out.
##
## Options are pairs of a name, in any case, and a value:
##
## @multitable @columnfractions .2 .2 .6
## @headitem name @tab default @tab meaning
## @item @qcode{"model"} @tab @qcode{"renewal"} @tab see below
## @item @qcode{"dimension"} @tab 1 @tab of the model, which a trigger asks for
## @item @qcode{"quantiles"} @tab [.5, .9, .99] @tab probabilities, from 0 to 1, of
## the quantiles to tell
## @item @qcode{"progress"} @tab false @tab show how far long work has come
## @end multitable
##
## The model says what stands for the updates of the other workers:
##
## @table @asis
## @item @qcode{"renewal"} (default)
## each of the others is a stationary renewal process with the law of its cycle,
## so that the staleness in a cycle of length t is a sum of equilibrium
## renewal counts (Cox, 1962).  Exact without a threshold.
## @item @qcode{"poisson"}
## all the others together are one Poisson process of the same rate: the limit
## of very many workers by the theorem of Palm and Khintchine.  The staleness
## is then a mixed Poisson law, whose variance is at least its mean, which
## that of regular workers is not.  Exact for exponential cycles.
## @item @qcode{"trace"}
## what a log recorded stands for all of it: the rate, the law of the staleness and
## that of the delay are those of the run from which @code{asgd_trace} made
## @var{system} (its field @code{record}).  Only for the run as it was: as many
## workers, no threshold, no deadline, no weight.
## @end table
##
## @var{st} is a struct with the fields
##
## @multitable @columnfractions .16 .84
## @item @code{model} @tab the name of the model
## @item @code{rate} @tab updates (accepted gradients) per unit time
## @item @code{arrivals} @tab gradients that reach the server per unit time, or
## would but for a loss: the sum of workers over mean cycles where there is no
## deadline
## @item @code{uploads} @tab gradients sent per unit time
## @item @code{finished} @tab fraction of the cycles begun that end in a
## gradient: less than 1 with a deadline, and where rounds cancel work
## @item @code{accepted} @tab fraction of the arrivals that become updates
## @item @code{weight}, @code{weight_square} @tab mean factor c(tau) of the learning
## rate and mean of its square: 1 unless the system has a @qcode{"weight"}
## @item @code{batch} @tab gradients averaged in an update: the power of their
## noise is divided by it
## @item @code{sent}, @code{drift} @tab with a trigger, else 1: fraction of the
## gradients that are sent, Q; and kappa/Q, the mean of a sent gradient over that
## of all, which is the power of its noise over theirs, too
## @item @code{queue}, @code{utilisation}, @code{sojourn} @tab of the uplink, NaN
## without one: mean number of gradients there, those that are being sent
## included; fraction of the channels that are busy; mean time of a gradient from
## when it is computed until it is sent
## @item @code{mean}, @code{variance} @tab of the staleness of accepted gradients;
## without a threshold, a deadline or losses the mean is the number of workers less
## one, whatever the laws
## @item @code{pmf} @tab row; element j+1 is the probability of a staleness of j
## @item @code{tail} @tab probability of a staleness beyond those listed
## (below 1e-15; 1e-9 for heavy tails, and more for systems whose staleness reaches
## 2^22)
## @item @code{error} @tab of the renewal model: estimate of how far, in total
## variation, @code{pmf} may be from the law of the model, beside quadrature and
## rounding; it says nothing of what a threshold does to the model
## @item @code{quantiles} @tab row, for each of the probabilities p the least j
## with P(tau @leq{} j) @geq{} p; NaN where @code{pmf} does not reach so far
## @item @code{delay} @tab law of the delay of an accepted gradient, each counted
## by its weight, for every @code{delay_*} function
## @item @code{palm} @tab mean over accepted gradients of (1 + cv2)/2 of their
## worker's cycle (with a deadline, of the finished fraction times that of
## min (T, deadline); with losses, times the fraction not lost): the second-order correction of @code{asgd_sdde}; NaN with
## a threshold where gradients are dropped or aborted, as none is known there
## @item @code{classes} @tab struct row with the fields @code{workers},
## @code{rate}, @code{finished}, @code{accepted}, @code{mean}, @code{variance},
## @code{pmf}, @code{quantiles}, @code{delay}, @code{palm}, @code{weight} and
## @code{weight_square} of each class of workers: a slow class that a threshold
## starves has an @code{accepted} and a @code{rate} next to 0
## @end multitable
##
## With a deadline d a worker whose gradient takes longer begins anew: it
## makes P(T @leq{} d) / E min (T, d) gradients per unit time, whose delay has
## the law of T given T @leq{} d.  The workers remain independent, so the renewal
## model stays exact.  Laws with a decreasing hazard gain updates by it.
##
## With the policy @qcode{"lossy"} a gradient arrives with probability 1 - p
## whatever it took, so that the delay has the law of all cycles, and of the
## others' renewal counts, of which a staleness is the sum, each update is there
## with probability 1 - p (thinning): the generating function of a count is that
## of the renewal count at p + (1 - p) z.  The mean is (1 - p) times the number of
## workers less one, whatever the laws; the renewal model remains exact.
##
## With a threshold S, versions count accepted updates only.  The accepted
## fraction p of each class is then the fixed point of
## p = E P(N(T) @leq{} S), where the count N of the others' updates in a cycle T
## itself keeps a fraction p: of a Poisson process, or of each renewal count
## independently.  Both are approximations.  The accepted fraction of
## the renewal model is within 1.5 % of simulation for S of at least the number
## of workers less one; below that, regular workers (small cv2) queue
## in patterns that no such model sees, and @code{asgd_simulate} is
## the better answer.
##
## With a trigger of kind @qcode{"magnitude"} the numbers are those near the
## minimum, where gradients are next to nothing but noise, of the same variance
## in each of the @var{d} (default 1) parameters of the model.  A worker then
## sends a gradient with probability Q = P (chi2_d > u^2), whatever it did
## before, the staleness counts the others' uploads, so that its mean is Q times
## the number of workers less one, and by Stein's identity both the damping and
## the power of the noise are kappa = P (chi2_(d+2) > u^2) times those without a
## trigger: more than Q times.  Far from the minimum every gradient is sent:
## @code{asgd_predict} follows that.  The other kinds of triggers have no closed
## form.  With an upload, which only the gradients take that are sent, a worker
## sends one in a time (download + compute)/Q + upload; the renewal model is
## then closed where gradients are computed in exponential times and nothing is
## downloaded, the Poisson model always.
##
## With an uplink whose times are exponential (first in, first out), or of any law
## (processor sharing), the workers and the uplink are a closed network of product
## form, whatever the laws of the computations: the rates, and the
## mean numbers @code{queue} and @code{sojourn}, are exact (to about 1e-13) for any
## number of channels and of classes of workers.  First in, first out the law of the
## delay is exact, too: a computation, the wait for those who are found in the queue
## by the arrival theorem, and the sending.  With processor sharing it depends on more
## than means: it is known, of phase type, for one class of up to 200 workers whose
## computations and uploads take exponential times, else @code{delay} is empty.
##
## One class of workers with exponential computations and uploads is a Markov
## chain.  There the law of the staleness is exact for both disciplines, any
## number of channels and with a trigger, as long as it is less than about a
## second of work (1000 workers with one channel or processor sharing, 150 first
## in, first out with several), and @code{palm} is known, for order 2 of
## @code{asgd_sdde}: (1 + I)/2, where I is the variance of the number of updates
## in a long time over its mean (with a trigger, less, as not every pull follows
## an update of one's own).  Elsewhere @code{pmf} is empty, @code{tail} 1 and
## @code{variance} and @code{palm} NaN.  The mean is known there, too, but with
## a trigger and several channels or processor sharing (NaN).  A trigger lowers
## the load: a worker computes 1/Q times as long between its uploads.  An upload
## behind the uplink is one more station without a queue: rates and the delay
## are exact, and the mean staleness is but with a trigger; @code{pmf} is empty.
## Other laws of the uplink, and thresholds and weights beside it (but for a
## worker alone), have no closed form: these are the error that names
## @code{asgd_simulate}.
##
## With @qcode{"stale"} @qcode{"abort"}, workers whose staleness passes S begin
## anew.  A cycle lasts min (T, G), G being the time at which the others have
## made S + 1 updates; all gradients that arrive are accepted, and
## @code{finished} is the fraction of the cycles that end in one.  The Poisson
## model takes for G a gamma time, the renewal model for the updates of each of
## the others the stationary renewal process of its own times between two
## updates, some cycles aborted and one finished, which it finds on a grid (to
## about 1e-4 of the rate).  Both are exact for exponential cycles, whose rate
## does not change.  The rate of the renewal model is within 1.5 % of simulation
## for S of at least the number of workers less one and cv2 @leq{} 1.
##
## With @qcode{"stale"} @qcode{"wait"} there are closed forms for two
## exponential workers, 4 S / (2 S + 1) times the rate of one, and for any
## workers of one class if S = 1, when all wait for the last: n / E max T updates
## per unit time, of staleness 0 to n - 1.  Both are exact, and @code{palm}
## stands for all workers together.
##
## Policies that average K gradients: rates are of updates, of which each takes
## @code{batch} arrivals.  In the rounds of @qcode{"k-sync"} nothing is stale,
## and the delay is the length of a round, the order statistic T_(K:n), for any
## laws (with atoms for one class only): the equation sees one worker that is
## done at those times.  @qcode{"k-batch-sync"} is solved for all laws with a
## density, one class of deterministic ones, and K @leq{} 64.  @qcode{"k-async"}
## is solved for one class of exponential workers: the delay counts from the
## read to the update, a geometric number of rounds.  @qcode{"k-batch-async"} is
## solved for all laws and K @leq{} 200 without a threshold: rate and staleness
## are as exact as without the buffer, and the delay is a cycle and the wait for
## the buffer, taken for a random number of 0 to K - 1 gaps of a Poisson process
## (of the exact mean).  With several classes, @code{classes.delay} is empty.
## Whatever has no closed form is the error @code{sdde:asgd_staleness:invalid}
## that names @code{asgd_simulate}.
##
## With weights a gradient moves the model by c(tau) of its size, and the
## longer it took the staler it tends to be: the law of the delay that drives the
## model has a density in proportion to f(t) E (c(tau) | T = t), f being
## that of an accepted gradient.
##
## Without an output the staleness is drawn by all models that apply; of several
## classes of workers also that of each, with the fraction that is accepted of its
## gradients.
##
## More than 1e7 workers or 64 classes are the error
## @code{sdde:asgd_staleness:limit}; a system that was tampered with is
## @code{sdde:asgd_staleness:invalid}.
##
## @example
## @group
## work = delay_law ("gamma", 4, 0.25);
## system = asgd_system ("workers", 8, "compute", work, "threshold", 9);
## st = asgd_staleness (system);
## [st.arrivals, st.rate, st.mean, st.delay.mean]
##      @result{}   8.0000   6.8279   4.9225   0.8643
## @end group
## @end example
##
## References: D. R. Cox, @cite{Renewal Theory}, Methuen, 1962, section 3.2;
## S. Yu, W. Chen and H. V. Poor, "Distributed Stochastic Gradient Descent with
## Staleness: A Stochastic Delay Differential Equation Based Framework", IEEE
## Transactions on Signal Processing, 2025.
##
## @seealso{asgd_system, asgd_sdde, asgd_simulate, asgd_trace, delay_law}
## @end deftypefn

function st = asgd_staleness (system, varargin)
  caller = "asgd_staleness";
  if (nargin < 1)
    print_usage ();
  endif
  check_system (caller, system);
  defaults = struct ("model", "renewal", "dimension", 1,
                     "quantiles", [0.5, 0.9, 0.99], "progress", false);
  options = parse_options (caller, defaults, varargin);
  model = options.model;
  probabilities = real_numbers (caller, options.quantiles, "quantiles");
  if (! all (probabilities(:) >= 0 & probabilities(:) <= 1))
    error ("sdde:asgd_staleness:invalid",
           "asgd_staleness: quantiles must be probabilities, from 0 to 1");
  endif
  options.progress = true_or_false (caller, options.progress, "progress");
  if (! (ischar (model) && isrow (model)))
    error ("sdde:asgd_staleness:unknown",
           "asgd_staleness: the model must be one of the strings: %s",
           strjoin (core_call (caller, @__sdde_staleness__, "models")', ", "));
  endif
  dimension = options.dimension;
  if (! (isnumeric (dimension) && isreal (dimension) && isscalar (dimension)
         && dimension >= 1 && dimension == fix (dimension) && isfinite (dimension)))
    error ("sdde:asgd_staleness:invalid",
           "asgd_staleness: the dimension must be a whole number >= 1");
  endif
  solve = @(name) core_call (caller, @__sdde_staleness__, "solve", system, name,
                             double (dimension), probabilities,
                             options.progress);
  result = solve (lower (model));
  if (nargout > 0)
    st = result;
  else
    if (isempty (result.pmf))
      error ("sdde:asgd_staleness:invalid",
             ["asgd_staleness: there is nothing to draw, as the law of the staleness " ...
              "has no closed form; use asgd_simulate"]);
    endif
    draw (system, result, solve);
  endif
endfunction

function draw (system, result, solve)
  names = core_call ("asgd_staleness", @__sdde_staleness__, "models")';
  if (! isfield (system, "record"))
    names(strcmp (names, "trace")) = [];
  endif
  curves = cellfun (@(name) {name, solve(name).pmf}, names,
                    "uniformoutput", false);
  ## More classes than a legend holds are left to st.classes.
  most = 5;
  for k = 1:min (numel (result.classes), most)
    class = result.classes(k);
    if (numel (result.classes) > 1 && class.workers > 0)
      curves{end+1} = {sprintf("class %d, %.3g %% accepted", k, ...
                               100 * class.accepted), class.pmf};
    endif
  endfor
  plot_staleness (curves);
  title (sprintf ("%d workers, %.4g updates per unit time",
                  sum (system.workers), result.rate));
endfunction

%!demo
%! ## Regular workers are less stale by chance than a Poisson process of
%! ## updates would make them.
%! work = delay_law ("gamma", 16, 1/16);
%! asgd_staleness (asgd_system ("workers", 8, "compute", work));

%!demo
%! ## What a threshold costs and what it buys, by its size.
%! work = delay_law ("exponential", 1);
%! S = 0:2:40;
%! for k = 1:numel (S)
%!   st = asgd_staleness (asgd_system ("workers", 16, "compute", work, "threshold", S(k)));
%!   accepted(k) = st.accepted;
%!   delay(k) = st.delay.mean;
%! endfor
%! plot (S, accepted, "-o", S, delay, "-s");
%! xlabel ("threshold of the staleness");
%! legend ("accepted fraction", "mean accepted delay [s]", "location", "southeast");

%!demo
%! ## An uplink that sends ten gradients per second: beyond some workers more of
%! ## them make gradients later, not more.
%! work = delay_law ("gamma", 4, 0.25);
%! n = 1:30;
%! for k = n
%!   st = asgd_staleness (asgd_system ("workers", k, "compute", work, ...
%!                                     "uplink", delay_law ("exponential", 0.1)));
%!   rate(k) = st.rate;
%!   delay(k) = st.delay.mean;
%! endfor
%! plot (rate, delay, "-o");
%! some = [1, 5, 10, 15, 20, 30];
%! text (rate(some) - 0.3, delay(some) + 0.12, cellstr (num2str (some')), ...
%!       "horizontalalignment", "right");
%! title ("1 to 30 workers");
%! xlabel ("updates per second"); ylabel ("mean delay [s]");

%!demo
%! ## A trigger near the minimum: the fraction of the gradients that is sent and how
%! ## much of the damping that leaves, in 1 and in 10 dimensions.
%! u = linspace (0.01, 5, 60);
%! work = delay_law ("exponential", 1);
%! for d = [1, 10]
%!   for k = 1:numel (u)
%!     st = asgd_staleness (asgd_system ("workers", 1, "compute", work, "trigger", u(k)), ...
%!                          "dimension", d);
%!     sent(k) = st.sent;
%!     left(k) = st.sent * st.drift;
%!   endfor
%!   plot (u, sent, "--", "displayname", sprintf ("sent, d = %d", d));
%!   hold on;
%!   plot (u, left, "displayname", sprintf ("damping and noise, d = %d", d));
%! endfor
%! hold off;
%! xlabel ("trigger u"); ylabel ("fraction");
%! legend ("location", "northoutside");

%!shared law, fast, slow, slow_unit
%! law = @(varargin) asgd_staleness (asgd_system (varargin{:}));
%! fast = delay_law ("gamma", 4, 0.25);
%! slow = delay_law ("shifted-exponential", 5, 5);
%! slow_unit = delay_law ("exponential", 1);

%!test
%! st = law ("workers", 8, "compute", fast);
%! assert (fieldnames (st)', {"model", "rate", "arrivals", "uploads", ...
%!         "finished", "accepted", "weight", "weight_square", "batch", ...
%!         "sent", "drift", "queue", "utilisation", "sojourn", "mean", ...
%!         "variance", "pmf", "tail", "error", "quantiles", "delay", "palm", ...
%!         "classes"});
%! assert (st.model, "renewal");
%! assert ([st.rate, st.arrivals, st.uploads], [8 8 8], 1e-14);
%! assert ([st.finished, st.accepted, st.weight, st.weight_square], [1 1 1 1], 1e-14);
%! assert (st.mean, 7, 1e-14);
%! assert (isrow (st.pmf));
%! j = 0:numel (st.pmf) - 1;
%! assert (sum (st.pmf), 1, 1e-12);
%! assert (st.pmf * j', 7, 1e-12);
%! assert (st.pmf * (j' - 7).^2, st.variance, 1e-10);
%! assert (st.delay, fast);
%! assert (st.palm, 0.625);
%! assert (st.classes.pmf, st.pmf);
## Exponential workers: geometric, in both models.
%!test
%! system = asgd_system ("workers", 5, "compute", delay_law ("exponential", 2));
%! for model = {"renewal", "poisson", "Poisson"}
%!   st = asgd_staleness (system, "model", model{1});
%!   j = 0:numel (st.pmf) - 1;
%!   assert (st.pmf, 0.8 .^ j / 5, 1e-15);
%!   assert (st.rate, 2.5, 1e-15);
%!   assert (st.model, lower (model{1}));
%! endfor
## Regular workers take turns.
%!assert (law ("workers", 6, "compute", delay_law ("deterministic", 3)).pmf, [0 0 0 0 0 1], 1e-14)
%!assert (law ("workers", 1, "compute", fast).pmf, 1, 1e-14)
## A mixed Poisson law: the variance is that of T and of the arrivals.
%!test
%! st = asgd_staleness (asgd_system ("workers", 8, "compute", fast), "model", "poisson");
%! assert (st.variance, 7 + 49 / 4, 1e-13);
%! assert (st.pmf(1), (1 + 7 / 4) ^ -4, 1e-14);
## Classes: the slow half makes an eleventh of the updates, and stale ones.
%!test
%! st = law ("workers", [5 0 5], "compute", {fast, fast, slow});
%! assert (st.rate, 5.5, 1e-14);
%! assert (st.mean, 9, 1e-13);
%! assert ([st.classes.rate], [5 0 0.5], 1e-14);
%! assert ([st.classes.mean], [4.5 NaN 54], 1e-13);
%! assert ([st.classes.workers], [5 0 5]);
%! assert (st.delay.family, "mixture");
%! assert (st.delay.mean, 10 / 5.5, 1e-13);
%! assert (isempty (st.classes(2).delay));
%! assert (st.pmf, (5 * st.classes(1).pmf + 0.5 * st.classes(3).pmf) / 5.5, 1e-15);
## A threshold: p = 1 - r^(S+1), r = (n-1) p / (1 + (n-1) p).
%!test
%! st = law ("workers", 16, "compute", delay_law ("exponential", 1), "threshold", 15);
%! p = st.accepted;
%! assert (p, 1 - (15 * p / (1 + 15 * p)) ^ 16, 1e-13);
%! assert (st.rate, 16 * p, 1e-13);
%! assert (st.delay.family, "thinned");
%! assert (st.delay.mean, 0.5526, 1e-4);
%! assert (delay_cdf (st.delay, Inf), 1, 1e-9);
%! assert (numel (st.pmf), 16);
%! assert (sum (st.pmf), 1, 1e-13);
%! assert (isnan (st.palm));
## No more workers than S + 1 of equal length: nothing is dropped.
%!assert (law ("workers", 4, "compute", delay_law ("deterministic", 1), "threshold", 3).accepted, 1)
## Quantiles: of a geometric law 1 - .8^(j + 1) >= p.
%!test
%! system = asgd_system ("workers", 5, "compute", delay_law ("exponential", 2));
%! p = [0, 0.2, 0.5, 0.9, 0.999];
%! st = asgd_staleness (system, "quantiles", p);
%! assert (st.quantiles, max (0, ceil (log (1 - p) / log (0.8) - 1 - 1e-9)));
%! assert (st.classes.quantiles, st.quantiles);
%! assert (isnan (asgd_staleness (system, "quantiles", 1).quantiles), false);
%! assert (asgd_staleness (system).quantiles, [3 10 20]);
## The record of a run: what was counted comes back.
%!test
%! system = asgd_system ("workers", [2 1], "compute", fast);
%! system.record = struct ("workers", {2, 1}, "rate", {2, 0.5}, ...
%!                         "staleness", {[1 3], [0 0 4]}, "delay", {fast, slow});
%! st = asgd_staleness (system, "model", "Trace");
%! assert (st.model, "trace");
%! assert ([st.rate, st.arrivals, st.accepted], [2.5 2.5 1], 1e-15);
%! assert (st.pmf, [0.2 0.6 0.2], 1e-15);
%! assert ([st.classes.mean], [0.75 2]);
%! assert (st.mean, 1, 1e-15);
%! assert (st.variance, 0.4, 1e-15);
%! assert (st.classes(2).delay, slow);
%! assert (st.delay.mean, (2 * 1 + 0.5 * 10) / 2.5, 1e-14);
%! assert (st.palm, (2 * 0.625 + 0.5 * 0.5 * (1 + slow.cv2)) / 2.5, 1e-14);
%! eq = asgd_sdde (system, 1, "model", "trace");
%! assert (eq.damping, system.rate * 2.5, 1e-14);
## A class that a threshold starves is seen to be: in 20 updates of the fast the
## slow one is too late but with probability e^-10 or so.
%!test
%! st = law ("workers", [8 2], "compute", {fast, slow}, "threshold", 12);
%! assert (st.classes(1).accepted > 0.9);
%! assert (st.classes(2).accepted < 1e-3);
%! assert (st.classes(2).rate < 1e-3 * st.rate);
## Draws when nothing is asked for.
%!test
%! f = figure ("visible", "off");
%! unwind_protect
%!   asgd_staleness (asgd_system ("workers", 8, "compute", fast));
%!   assert (numel (get (gca (), "children")) >= 2);
%! unwind_protect_cleanup
%!   close (f);
%! end_unwind_protect

%!error <Invalid call> asgd_staleness ()
%!error id=sdde:asgd_staleness:invalid asgd_staleness (1)
%!error <made by asgd_system> asgd_staleness (struct ("workers", 1))
%!error id=sdde:asgd_staleness:unknown asgd_staleness (asgd_system ("workers", 2, "compute", fast), "model", "poison")
%!error <'poison' is not known; accepted: renewal, poisson> asgd_staleness (asgd_system ("workers", 2, "compute", fast), "model", "poison")
%!error <one of the strings: renewal, poisson> asgd_staleness (asgd_system ("workers", 2, "compute", fast), "model", 1)
%!error <did you mean 'model'> asgd_staleness (asgd_system ("workers", 2, "compute", fast), "modle", 1)
%!error <quantiles must be probabilities> asgd_staleness (asgd_system ("workers", 2, "compute", fast), "quantiles", 2)
%!error <progress must be true or false> asgd_staleness (asgd_system ("workers", 2, "compute", fast), "progress", [])
%!error <the model 'trace' needs a system with the record of a run> asgd_staleness (asgd_system ("workers", 2, "compute", fast), "model", "trace")
%!error <the record is of 2 workers in class 1, the system has 3>
%! system = asgd_system ("workers", 3, "compute", fast);
%! system.record = struct ("workers", 2, "rate", 2, "staleness", [1 1], "delay", fast);
%! asgd_staleness (system, "model", "trace");
%!error <not of another policy, threshold, deadline, weight, trigger or uplink>
%! system = asgd_system ("workers", 2, "compute", fast, "threshold", 3);
%! system.record = struct ("workers", 2, "rate", 2, "staleness", [1 1], "delay", fast);
%! asgd_staleness (system, "model", "trace");
%!error <not of another policy>
%! system = asgd_system ("workers", 2, "compute", fast, "policy", "k-batch-async", "gradients", 3);
%! system.record = struct ("workers", 2, "rate", 2, "staleness", [1 1], "delay", fast);
%! asgd_staleness (system, "model", "trace");
%!error <the recorded counts of class 1 must be finite>
%! system = asgd_system ("workers", 2, "compute", fast);
%! system.record = struct ("workers", 2, "rate", 2, "staleness", [1 NaN], "delay", fast);
%! asgd_staleness (system, "model", "trace");
%!error <an element for each of the 1 classes>
%! system = asgd_system ("workers", 2, "compute", fast);
%! system.record = "none";
%! asgd_staleness (system, "model", "trace");
%!error <system.record lacks the field 'rate'>
%! system = asgd_system ("workers", 2, "compute", fast);
%! system.record = struct ("workers", 2);
%! asgd_staleness (system, "model", "trace");
%!error id=sdde:asgd_staleness:limit asgd_staleness (asgd_system ("workers", 2e7, "compute", fast))
%!error id=sdde:asgd_staleness:limit asgd_staleness (asgd_system ("workers", ones (1, 65), "compute", fast))
%!error id=sdde:asgd_staleness:invalid
%! system = asgd_system ("workers", 2, "compute", fast);
%! system.compute = {};
%! asgd_staleness (system);
%!error id=sdde:asgd_staleness:invalid
%! system = asgd_system ("workers", 2, "compute", fast);
%! system.workers = -2;
%! asgd_staleness (system);
%!error id=sdde:asgd_staleness:invalid
%! system = asgd_system ("workers", 2, "compute", fast);
%! system.threshold = "none";
%! asgd_staleness (system);

%!test # K-sync: the K-th of n exponential times, H_n - H_(n-K)
%! st = law ("workers", 8, "compute", delay_law ("exponential", 1), ...
%!           "policy", "k-sync", "gradients", 4);
%! assert (1 / st.rate, sum (1 ./ (5:8)), 1e-9);
%! assert (st.arrivals, 4 * st.rate, 1e-12);
%! assert ([st.batch, st.mean, st.pmf, st.accepted], [4 0 1 1]);
%! assert (st.delay.cv2, sum (1 ./ (5:8).^2) * st.rate^2, 1e-8);
%! assert (st.classes.delay, st.delay);
%!test # a class of slow workers takes part less often
%! st = law ("workers", [4 4], "compute", {fast, slow}, "policy", "k-sync", ...
%!           "gradients", 4);
%! assert (sum ([st.classes.rate]), st.rate, 1e-9);
%! assert (st.classes(2).rate < 1e-3 * st.rate);
## Abort: the same rate whatever S where cycles have no memory.
%!test
%! st = law ("workers", 8, "compute", delay_law ("exponential", 2), ...
%!           "threshold", 5, "stale", "abort");
%! assert ([st.rate, st.uploads, st.accepted], [4 4 1], 1e-12);
%! assert (st.finished, 1 - (7/8)^6, 1e-12);
%! assert (numel (st.pmf), 6);
%! assert (isnan (st.palm));
## Simulated: 0.8331 (0.0003) updates of each worker per unit time.
%!test
%! st = law ("workers", 8, "compute", fast, "threshold", 7, "stale", "abort");
%! assert (st.rate / 8, 0.8331, 0.006);
%! assert (st.classes.rate, st.rate);
## Wait
%!assert (law ("workers", 2, "compute", delay_law ("exponential", 1), "threshold", 3, "stale", "wait").rate, 12/7, 1e-14)
%!test
%! st = law ("workers", 8, "compute", fast, "threshold", 1, "stale", "wait");
%! assert (st.pmf, ones (1, 8) / 8, 1e-15);
%! round = law ("workers", 8, "compute", fast, "policy", "k-sync", "gradients", 8);
%! assert (st.rate, 8 * round.rate, 1e-9);
%! assert (st.delay, fast);
## K-batch-async: floor ((B + N)/K) with N geometric.
%!test
%! st = law ("workers", 8, "compute", delay_law ("exponential", 1), ...
%!           "policy", "k-batch-async", "gradients", 2);
%! N = 7 .^ (0:99) ./ 8 .^ (1:100);
%! assert (st.pmf(1), N(1) + N(2) / 2, 1e-14);
%! assert (st.pmf(2:20), N(2:2:38) / 2 + N(3:2:39) + N(4:2:40) / 2, 1e-14);
%! assert ([st.rate, st.arrivals, st.mean, st.delay.mean], [4, 8, 3.5, 1.0625], 1e-12);
%!error <'k-batch-async' has no closed form with a threshold; use asgd_simulate>
%! law ("workers", 8, "compute", fast, "policy", "k-batch-async", "gradients", 2, "threshold", 3);
%!error <'wait' has no closed form but for .* use asgd_simulate>
%! law ("workers", 8, "compute", fast, "threshold", 9, "stale", "wait");
%!test # K-async, exponential: half of those at work are done in a round
%! st = law ("workers", 8, "compute", delay_law ("exponential", 1), ...
%!           "policy", "k-async", "gradients", 4);
%! assert (1 / st.rate, sum (1 ./ (5:8)), 1e-12);
%! assert (st.pmf, 0.5 .^ (1:numel (st.pmf)), 1e-15);
%! assert (st.delay.mean, 2 / st.rate, 1e-12);
%!error <'k-async' has no closed form but for one class of exponential .* use asgd_simulate>
%! law ("workers", 8, "compute", fast, "policy", "k-async", "gradients", 4);
%!error <no closed form where cycles have atoms.*use asgd_simulate>
%! law ("workers", 8, "compute", delay_law ("empirical", [1, 2]), "policy", "k-batch-sync", "gradients", 4);
%!test # a trigger in d dimensions: chi-square probabilities, here by their formulas
%! Phi = @(x) erfc (-x / sqrt (2)) / 2;
%! u = 1;
%! Q = 2 * (1 - Phi (u));
%! kappa = Q + 2 * u * exp (-u^2 / 2) / sqrt (2 * pi);
%! work = delay_law ("exponential", 1);
%! st = law ("workers", 10, "compute", work, "trigger", u);
%! assert ([st.sent, st.sent * st.drift], [Q, kappa], 1e-14);
%! assert ([st.rate, st.uploads, st.arrivals], 10 * Q * [1 1 1], 1e-13);
%! assert ([st.mean, st.accepted, st.finished], [9 * Q, 1, 1], 1e-14);
%! r = 9 * Q / (1 + 9 * Q);
%! assert (st.pmf(1:20), (1 - r) * r .^ (0:19), 1e-15);
%! assert (st.delay, work);
%! for d = [3, 10]
%!   st = asgd_staleness (asgd_system ("workers", 10, "compute", fast, ...
%!                                     "trigger", 3), "dimension", d);
%!   assert (st.sent, gammainc (4.5, d / 2, "upper"), 1e-14);
%!   assert (st.sent * st.drift, gammainc (4.5, d / 2 + 1, "upper"), 1e-14);
%!   assert (st.pmf * (0:numel (st.pmf) - 1)', 9 * st.sent, 1e-10);
%! endfor
%!test # with a threshold: p = 1 - r^(S+1), r = (n-1) q / (1 + (n-1) q), q = Q p
%! st = law ("workers", 16, "compute", delay_law ("exponential", 1), ...
%!           "threshold", 4, "trigger", 1);
%! q = st.sent * st.accepted;
%! assert (st.accepted, 1 - (15 * q / (1 + 15 * q)) ^ 5, 1e-12);
%! assert ([st.rate, st.uploads], 16 * [q, st.sent], 1e-12);
%! two = law ("workers", [8 8], "compute", delay_law ("exponential", 1), ...
%!            "threshold", 4, "trigger", 1);
%! assert ([two.accepted, two.rate], [st.accepted, st.rate], 1e-10);
%!error <dimension must be a whole number>
%! asgd_staleness (asgd_system ("workers", 2, "compute", fast), "dimension", 0.5);
%!error <'change' has no closed form; use asgd_simulate>
%! law ("workers", 2, "compute", fast, "trigger", 1, "trigger-kind", "change");
%!error <'accumulate' has no closed form; use asgd_simulate>
%! law ("workers", 2, "compute", fast, "trigger", 1, "trigger-kind", "accumulate");
%!error <trigger of 9 lets no gradient through>
%! law ("workers", 2, "compute", fast, "trigger", 9);
%!test # an uplink: mean value analysis by its recursion, and the values of its theory
%! work = delay_law ("gamma", 4, 0.25);
%! known = [1.8033, 0.1091; 4.3605, 0.1467; 7.8542, 0.2732; 9.9813, 1.0037];
%! n = [2, 5, 10, 20];
%! queue = 0;
%! for k = 1:20
%!   sojourn = 0.1 * (1 + queue);
%!   rate = k / (1 + sojourn);
%!   queue = rate * sojourn;
%!   st = law ("workers", k, "compute", work, "uplink", delay_law ("exponential", 0.1));
%!   assert ([st.rate, st.uploads, st.sojourn, st.queue, st.utilisation], ...
%!           [rate, rate, sojourn, queue, rate * 0.1], -1e-11);
%!   assert (st.delay.mean, 1 + sojourn, -1e-9);
%!   assert (st.mean, k - 1, 1e-9);
%!   if (any (k == n))
%!     assert ([st.rate, st.sojourn], known(k == n,:), 5e-5);
%!   endif
%! endfor
%!test # several channels: marginal probabilities by the recursion of the theory
%! ## p_k(j) = rate/mu(j) p_(k-1)(j-1) (Reiser, Lavenberg, JACM 27, 1980).
%! m = 3; b = 0.5; c = 1;
%! p = 1;
%! for k = 1:12
%!   mu = min (1:k, m) / b;
%!   sojourn = sum ((1:k) ./ mu .* p);
%!   rate = k / (c + sojourn);
%!   p = [0, rate ./ mu .* p];
%!   p(1) = 1 - sum (p);
%!   for how = {"fifo", "processor-sharing"}
%!     st = law ("workers", k, "compute", slow_unit, "discipline", how{1}, ...
%!               "uplink", delay_law ("exponential", b), "channels", m);
%!     assert ([st.rate, st.sojourn], [rate, sojourn], -1e-10);
%!   endfor
%!   assert (st.delay.mean, c + sojourn, -1e-9);
%!   assert (st.pmf * (0:numel (st.pmf) - 1)', k - 1, 1e-9);
%!   slow = law ("workers", k, "compute", delay_law ("gamma", 2, 0.5), "channels", m, ...
%!               "uplink", delay_law ("exponential", b), "discipline", "processor-sharing");
%!   assert ([slow.rate, slow.sojourn], [rate, sojourn], -1e-10);
%!   assert (isempty (slow.delay) && isempty (slow.pmf) && isnan (slow.palm));
%! endfor
%!test # the law of the time at the uplink, by its transform: what is met there has left
%! ## sum_j p_(n-1)(j) times an exponential time and a gamma time of shape j + 1 - m.
%! n = 9; b = 0.2; s = [0.3, 2i, -0.2 + 5i, 4 - 1i];
%! for m = [1, 3]
%!   p = cumprod ([1, b * (n-1:-1:1) ./ min(1:n-1, m)]);
%!   p /= sum (p);
%!   met = max ((1:n) - m, 0);
%!   sojourn = (p * (1 + s * b / m) .^ (-met')) ./ (1 + s * b);
%!   for law_of = {delay_law("gamma", 4, 0.25), delay_law("uniform", 0, 2)}
%!     st = law ("workers", n, "compute", law_of{1}, "channels", m, ...
%!               "uplink", delay_law ("exponential", b));
%!     assert (delay_lst (st.delay, s), delay_lst (law_of{1}, s) .* sojourn, 1e-12);
%!   endfor
%! endfor
%!test # close to saturation the queue may be anywhere from 0 to sqrt (n) and beyond
%! for load = [0.9, 1, 1.01]
%!   n = 1000;
%!   b = load / n;
%!   queue = 0;
%!   for k = 1:n
%!     sojourn = b * (1 + queue);
%!     queue = k * sojourn / (1 + sojourn);
%!   endfor
%!   st = law ("workers", n, "compute", fast, "uplink", delay_law ("exponential", b), ...
%!             "discipline", "processor-sharing");
%!   assert ([st.rate, st.queue], [n / (1 + sojourn), queue], -1e-11);
%! endfor
%! c = [1, 3]; n = [120, 80];
%! b = 1 / sum (n ./ c);
%! queue = zeros (n + 1);
%! for i = 0:n(1)
%!   for j = 0:n(2)
%!     seen = [queue(max (i, 1), j + 1), queue(i + 1, max (j, 1))];
%!     rate = [i, j] ./ (c + b * (1 + seen));
%!     queue(i + 1, j + 1) = rate * b * (1 + seen)';
%!   endfor
%! endfor
%! st = law ("workers", n, "compute", {fast, delay_law("uniform", 2, 4)}, ...
%!           "uplink", delay_law ("exponential", b));
%! assert ([st.classes.rate], rate, -1e-11);
%!test # an exponential network as a Markov chain: the long run of its updates
%! ## The variance of the number of departures in a long time over its mean is
%! ## 1 + 2 (p D (Z - 1 p) D 1)/rate, Z = inv (1 p - G), D 1 being the rates of departures
%! ## (Neuts, Structured Stochastic Matrices of M/G/1 Type, 1989, chapter 5).
%! n = 6; b = 0.3;
%! for m = [1, 2, 6]
%!   join = (n - (0:n));
%!   leave = min (0:n, m) / b;
%!   down = diag (leave(2:end), -1);
%!   G = diag (join(1:end-1), 1) + down;
%!   G -= diag (sum (G, 2));
%!   p = [zeros(1, n + 1), 1] / [G, ones(n + 1, 1)];
%!   rate = p * leave';
%!   deviation = inv (ones (n + 1, 1) * p - G) - ones (n + 1, 1) * p;
%!   dispersion = 1 + 2 * p * down * deviation * leave' / rate;
%!   for how = {"fifo", "processor-sharing"}
%!     st = law ("workers", n, "compute", slow_unit, "discipline", how{1}, ...
%!               "uplink", delay_law ("exponential", b), "channels", m);
%!     assert (st.rate, rate, -1e-12);
%!     assert (st.palm, (1 + dispersion) / 2, 1e-12);
%!   endfor
%! endfor
%! alone = law ("workers", 1, "compute", slow_unit, "uplink", delay_law ("exponential", b), ...
%!              "threshold", 3, "weight", "inverse");
%! assert (alone.palm, (1 + (1 + b^2) / (1 + b)^2) / 2, 1e-14);
%! assert ([alone.accepted, alone.weight, alone.pmf], [1, 1, 1]);
%!test # two workers that share: the time of one who is joined, by hand
%! ## With v, w the second moments of the time alone and of that in company:
%! ## each is that of the first change, exponential, and what follows.
%! b = 0.5; c = 1; # of company: leaves at 1/(2 b) each; alone: 1/b, joined at 1/c
%! first = [1/b + 1/c, 1/b];
%! mean_time = [1, -(1/c) / first(1); -1/2, 1] \ (1 ./ first)';
%! second = [1, -(1/c) / first(1); -1/2, 1] ...
%!          \ (2 ./ first.^2 + 2 ./ first .* [(1/c) / first(1) * mean_time(2), mean_time(1) / 2])';
%! joined = [c, b] / (b + c);
%! st = law ("workers", 2, "compute", slow_unit, "discipline", "processor-sharing", ...
%!           "uplink", delay_law ("exponential", b));
%! assert (st.sojourn, joined * mean_time, 1e-12);
%! variance = joined * second - (joined * mean_time)^2 + 1;
%! assert (st.delay.cv2 * st.delay.mean^2, variance, 1e-9);
%!test # two classes, by the recursion over both populations (Reiser, Lavenberg, 1980)
%! c = [1, 3]; b = 0.4;
%! queue = zeros (6, 5);
%! for i = 0:5
%!   for j = 0:4
%!     seen = [0, 0];
%!     if (i) seen(1) = queue(i, j+1); endif
%!     if (j) seen(2) = queue(i+1, j); endif
%!     sojourn = b * (1 + seen);
%!     rate = [i, j] ./ (c + sojourn);
%!     queue(i+1, j+1) = rate * sojourn';
%!   endfor
%! endfor
%! st = law ("workers", [5, 0, 4], "compute", {delay_law("uniform", 0.5, 1.5), fast, ...
%!           delay_law("deterministic", 3)}, "uplink", delay_law ("exponential", b));
%! assert ([st.classes.rate], [rate(1), 0, rate(2)], 1e-10);
%! assert ([st.queue, st.rate], [queue(end), sum(rate)], 1e-10);
%! assert (st.classes(3).delay.mean, 3 + sojourn(2), 1e-9);
%! assert (st.classes(1).mean, (st.rate - rate(1) / 5) * 5 / rate(1), 1e-9);
%!test # many workers saturate it
%! st = law ("workers", 1e5, "compute", fast, "discipline", "processor-sharing", ...
%!           "uplink", delay_law ("gamma", 2, 1e-6));
%! assert (st.rate, 1e5 / (1 + st.sojourn), -1e-9);
%! st = law ("workers", 1e5, "compute", fast, "discipline", "processor-sharing", ...
%!           "uplink", delay_law ("gamma", 2, 0.05), "channels", 4);
%! assert ([st.rate, st.utilisation, st.mean], [40, 1, 99999], -1e-9);
%! assert (isempty (st.pmf) && st.tail == 1);
%!test # a trigger lowers the load: computing takes 1/Q times as long
%! st = law ("workers", 20, "compute", slow_unit, "trigger", 1.5, ...
%!           "uplink", delay_law ("exponential", 0.2));
%! other = law ("workers", 20, "compute", delay_law ("exponential", 1 / st.sent), ...
%!              "uplink", delay_law ("exponential", 0.2));
%! assert (st.rate, other.rate, 1e-10);
%! assert (st.delay.mean, 1 + st.sojourn, 1e-9);
%! assert (st.pmf * (0:numel (st.pmf) - 1)', st.mean, 1e-8);
%! assert (st.mean < 19);
%!error <exponential times only, not for the law 'gamma'; use asgd_simulate>
%! law ("workers", 4, "compute", fast, "uplink", fast);
%!error <no closed form with a threshold or a weight; use asgd_simulate>
%! law ("workers", 4, "compute", fast, "uplink", delay_law ("exponential", 1), "threshold", 3);
%!error <there is nothing to draw>
%! asgd_staleness (asgd_system ("workers", 4, "compute", fast, ...
%!                              "uplink", delay_law ("exponential", 1)));
