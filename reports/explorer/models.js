// What each theory says at one noise variance t of two subspaces: the effective number and -t J along both.
"use strict";

/** Settings of the page to a law: counts, x and v of both subspaces, log N, and whether x is a training point. */
function lawOf({ d, n, first, high, low, place, radius }) {
  const r = place === "origin" ? 0 : place === "radius" ? radius : 1, v = [high, low];
  return {
    counts: [first, d - first], v, x: v.map((value) => r * Math.sqrt(value)), logN: Math.log(n), n, d,
    training: place === "training",
  };
}

/** The condensation time t_c(x) of the paper, and the exact root of log N = lambda K' - K. */
function condensationTimes(law) {
  const { counts, x, v, logN, d } = law;
  const r4 = theory.global_variance(v, counts), omega2 = theory.directional_variance(x, v, counts);
  const paper = theory.second_cumulant_time(r4, omega2, logN / d);
  const excess = (log) => theory.linear_entropy_loss(Math.exp(log), x, v, counts) - logN;
  const start = -Math.log(paper);
  return { paper, limit: Math.exp(-bisected(excess, start - 30, start + 300, 80)) };
}

/** The time above which a training point at x is one among many: the root of log N + K(1/t; x) = 0. */
function ownTime(law) {
  const free = (log) => -law.logN - theory.linear_energy_law(Math.exp(log), law.x, law.v, law.counts);
  return Math.exp(-bisected(free, -Math.log(condensationTimes(law).paper) - 30, 300, 80));
}

const effectiveNumber = (t, tc, n) => (t < tc ? Math.min(n, 1 / theory.condensed_participation(t, tc)) : n);

/** The noise kappa(t, N) of the linear denoiser. */
function renormalizedNoise(t, law) {
  const widest = Math.log1p(total(law.counts, [law.v], (v) => v) / law.n / t);
  const excess = (log) => theory.noise_of_renormalized(t * Math.exp(log), law.v, law.n, law.counts) - t;
  return Math.max(t, t * Math.exp(bisected(excess, 0, widest + 1)));
}

/** Eigenvalues and eigenvectors (as columns) of a symmetric matrix, by rotations of Jacobi. */
function symmetricModes(matrix) {
  const a = matrix.map((row) => [...row]), size = a.length;
  const vectors = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        if (a[p][q] === 0) continue;
        const ratio = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1));
        const c = 1 / Math.hypot(tangent, 1), s = tangent * c;
        const turn = (row, i, j) => ([row[i], row[j]] = [c * row[i] - s * row[j], s * row[i] + c * row[j]]);
        a.forEach((row) => turn(row, p, q));
        [a[p], a[q]] = [a[p].map((x, k) => c * x - s * a[q][k]), a[p].map((x, k) => s * x + c * a[q][k])];
        vectors.forEach((row) => turn(row, p, q));
      }
    }
  }
  return { rates: a.map((row, i) => row[i]), vectors };
}

/** -t J of a wide network of the kernel e^{u - 1}, u a cosine, after the training time tau: theory.learned.timescales. */
function wideNetwork(t, v, tau, law) {
  const average = total(law.counts, [law.v], (value) => value) / law.d, scale = 1 / (average + t), q = average * scale;
  const [here, far] = [Math.exp(q - 1), Math.exp(-1)];
  const [linear, constant, local] = [far * scale, here - far - q * far, (here - far) * scale];
  const [slope, own, each] = [linear / law.d, constant / law.n, (local * t) / (law.n * law.d)];
  const units = [slope, own / v, each / t].map(Math.sqrt);
  const [across, aside] = [Math.sqrt(slope * own * v), Math.sqrt(slope * each * t)];
  const flow = [[slope * (v + t), across, aside], [across, own, 0], [aside, 0, each]];
  const { rates, vectors } = symmetricModes(flow.map((row) => row.map((x) => 2 * x)));
  const source = [2 * Math.sqrt(slope) * v, 2 * Math.sqrt(own * v), 0], largest = Math.max(...rates);
  const grown = rates.map((rate, k) => {
    const drive = source.reduce((sum, x, i) => sum + vectors[i][k] * x, 0);
    if (!(rate > 1e-12 * largest)) return 0; // one mode of three is at rest
    return rate * tau < 1e-12 ? tau * drive : (-Math.expm1(-rate * tau) / rate) * drive;
  });
  const [global, , single] = units.map((unit, i) => unit * grown.reduce((sum, x, k) => sum + x * vectors[i][k], 0));
  return 1 - global - single;
}

/** All that does not depend on t: the law and its times. */
function prepared(settings) {
  const law = lawOf(settings), times = condensationTimes(law);
  return { law, times, own: law.training ? ownTime(law) : 0, tau: settings.tau };
}

/** -t J along both subspaces, and the effective number where there is one, of every layer but the exact average. */
function closedForms({ law, times, own, tau }, t) {
  const { v, n } = law, population = v.map((value) => 1 - theory.optimal_weight(t, value));
  const paper = t < times.paper ? v.map((value) => theory.paper_normalized_jacobian(t, times.paper, value)) : population;
  const frozen = v.map((value) => theory.frozen_normalized_jacobian(Math.max(t, times.limit), value));
  const kappa = renormalizedNoise(t, law);
  return {
    law: { along: population },
    paper: { number: effectiveNumber(t, times.paper, n), along: paper },
    limit: t < own ? { number: 1, along: [1, 1] } : { number: effectiveNumber(t, times.limit, n), along: frozen },
    linear: { along: v.map((value) => theory.renormalized_jacobian(kappa, value)) },
    flow: { along: v.map((value) => 1 - theory.one_layer_weight(tau, t, value, 0, 1)) },
    wide: { along: v.map((value) => wideNetwork(t, value, tau, law)) },
  };
}

/** The exact average at finite N and d, in the same form. */
function exactLayer({ law }, t) {
  const { participation, along } = exactAverages(law, t);
  return { number: 1 / participation, along };
}

const values = (made, t) => ({ ...closedForms(made, t), exact: exactLayer(made, t) });

/** How many of the d directions have -t J above 1/2. */
const lost = (law, along) =>
  along.some(Number.isNaN) ? NaN : law.counts.reduce((sum, count, k) => sum + (along[k] > 0.5 ? count : 0), 0);
