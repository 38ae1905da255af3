// Exact averages over data sets at finite N and d, of Gaussian data with one variance for each subspace.
//
// For a level of energy E, lambda = 1/t and u = e^{lambda (e - E)}:  psi_k(e) = E[u^k e^{-u}],  phi = psi_0 = 1 - omega,
//
//     psi_k(e) = 1/(2 pi i) int e^{K(z) + z e} Gamma(k - z/lambda)/lambda dz,        0 < Re z < k lambda,
//
// omega is minus the integral with k = 0 over 0 < Re z < lambda. The trapezoidal rule on a line near the saddle point
// converges geometrically. Then E sum w^2 = N int psi_2 phi^{N-1} lambda de, and so on, as in `theory.exact`, of which
// this is a short form for two subspaces. K and the moments of a level come from `theory`, printed from SymPy.
"use strict";

const total = (counts, columns, term) => counts.reduce((sum, n, k) => sum + n * term(...columns.map((c) => c[k])), 0);
const mean = (counts, columns, term) => total(counts, columns, term) / counts.reduce((sum, n) => sum + n, 0);

/** The x between low and high at which a rising function comes to 0. */
function bisected(rising, low, high, steps = 60) {
  for (let i = 0; i < steps; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** log Gamma(re + i im) for re >= 1, as [real, imaginary]. */
function logGamma(re, im) {
  const x = re - 1;
  let a = LANCZOS[0], b = 0;
  for (let k = 1; k < LANCZOS.length; k++) {
    const size = (x + k) ** 2 + im ** 2;
    a += (LANCZOS[k] * (x + k)) / size;
    b -= (LANCZOS[k] * im) / size;
  }
  const s = x + 7.5, log = Math.log(Math.hypot(s, im)), angle = Math.atan2(im, s);
  const real = (x + 0.5) * log - im * angle - s + Math.log(2 * Math.PI) / 2 + Math.log(Math.hypot(a, b));
  return [real, (x + 0.5) * angle + im * log - im + Math.atan2(b, a)];
}

/** Nodes and weights of Gauss and Legendre on [-1, 1], and the rows that give the last two Legendre coefficients. */
function gaussLegendre(n) {
  const nodes = [], weights = [], last = [[], []];
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5)), p = [], slope = 1;
    for (let step = 0; step < 50; step++) {
      p = [1, x];
      for (let k = 2; k <= n; k++) p.push(((2 * k - 1) * x * p[k - 1] - (k - 1) * p[k - 2]) / k);
      slope = (n * (x * p[n] - p[n - 1])) / (x * x - 1);
      x -= p[n] / slope;
    }
    nodes.push(x);
    weights.push(2 / ((1 - x * x) * slope * slope));
    last[0].push(p[n - 2] * weights[i] * (n - 1.5));
    last[1].push(p[n - 1] * weights[i] * (n - 0.5));
  }
  return { nodes, weights, last };
}

const RULE = gaussLegendre(20);
const PANELS = 8, MOST_PANELS = 200, MOST_NODES = 100000, ENDED = 1e-11, DIGITS = 28; // e^{-28}
const TAIL = 30; // terms are followed until they have fallen by e^{-30}
const UNIT = 1e-8; // E sum w = 1 is held to; what cannot be computed is not drawn

/** A vertical line Re z = theta with what its nodes contribute; columns are made when first asked for. */
class Line {
  constructor(law, lam, theta, order, depth) {
    const bend = theory.linear_energy_law_dlam2(theta, law.x, law.v, law.counts);
    Object.assign(this, { law, lam, theta, order });
    this.logMgf = theory.linear_energy_law(theta, law.x, law.v, law.counts);
    this.energy = -theory.linear_energy_law_dlam1(theta, law.x, law.v, law.counts);
    this.width = 1 / Math.sqrt(bend); // one over the standard deviation of the energy, reweighted at theta
    const pole = (2 * Math.PI * (order * lam - theta)) / DIGITS; // distance to the next pole of the gamma function
    const edge = 0.17 * (theta + 1 / Math.max(...law.v)); // and to the singularity of K
    this.step = Math.min((2 * Math.PI * this.width) / 18, edge, (2 * Math.PI * theta) / (depth + DIGITS), pole, lam / 2);
  }

  /** Rows of e^{K(z) - K(theta) + i y E} times the kernels of this line: for order 2 psi_2, else omega, psi_1, ... */
  get table() {
    if (!this._table) this._table = this._made();
    return this._table;
  }

  _made() {
    const { lam, step, order } = this, rows = [], most = Math.min(Math.ceil((32 * lam) / step), MOST_NODES);
    for (let n = 0, small = 0, peak = 0; n < most && small < 8; n++) {
      const row = order === 2 ? this._second(step * (n + 0.5)) : this._first(step * (n + 0.5));
      const size = Math.hypot(row[0], row[1]);
      rows.push(row);
      peak = Math.max(peak, size);
      small = size < 1e-15 * peak ? small + 1 : 0;
    }
    return { values: Float64Array.from(rows.flat()), columns: rows[0].length / 2, length: rows.length };
  }

  /** e^{K(z) - K(theta) + i y E} Gamma(2 - z/lambda) step/(pi lambda), and z. */
  _base(y) {
    const { law, lam, theta, step } = this;
    let [re, im] = [-this.logMgf, y * this.energy];
    for (let k = 0; k < law.v.length; k++) {
      const [a, b] = theory.level.log_mgf(theta, y, law.x[k], law.v[k]);
      re += law.counts[k] * a;
      im += law.counts[k] * b;
    }
    const s = [2 - theta / lam, -y / lam], [a, b] = logGamma(s[0] + 1, s[1]);
    const size = Math.exp(re + a) * (step / (Math.PI * lam));
    return divided([size * Math.cos(im + b), size * Math.sin(im + b)], s);
  }

  _second(y) {
    return this._base(y);
  }

  _first(y) {
    const { law, lam, theta } = this;
    const one = divided(this._base(y), [1 - theta / lam, -y / lam]);
    const row = [...divided(one, [theta / lam, y / lam]), ...one];
    for (let k = 0; k < law.v.length; k++) {
      const [a, b] = theory.level.offset(theta, y, law.x[k], law.v[k]);
      const [c, d] = theory.level.variance(theta, y, law.x[k], law.v[k]);
      row.push(...times(one, [a, b]), ...times(one, [c + a * a - b * b, d + 2 * a * b]));
    }
    return row;
  }

  /** Averages at an energy e, one for each kernel. */
  at(e) {
    const { values, columns, length } = this.table, angle = this.step * (e - this.energy);
    const scale = Math.exp(this.height(e)), sums = new Float64Array(columns);
    const c = Math.cos(angle), s = Math.sin(angle);
    let re = Math.cos(angle / 2), im = Math.sin(angle / 2);
    for (let n = 0, j = 0; n < length; n++) {
      for (let k = 0; k < columns; k++, j += 2) sums[k] += re * values[j] - im * values[j + 1];
      const turned = re * c - im * s;
      im = re * s + im * c;
      re = turned;
    }
    return sums.map((sum) => sum * scale);
  }

  height(e) {
    return this.logMgf + this.theta * e;
  }
}

const times = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];
const divided = ([a, b], [c, d]) => [(a * c + b * d) / (c * c + d * d), (b * c - a * d) / (c * c + d * d)];

/** Averages over data sets of N points seen from x at noise variance t; law has counts, x, v (subspaces), logN, training. */
class Levels {
  constructor(law, t) {
    const lam = 1 / t;
    Object.assign(this, { law, lam, n: Math.exp(law.logN) - (law.training ? 1 : 0) });
    const thetas = this._thetas();
    this.first = this._lines(thetas.filter((theta) => theta <= 0.76 * lam), 1);
    this.second = this._lines(thetas, 2);
  }

  /** Lines of one order; depth is minus the log of the smallest average that a line is used for. */
  _lines(thetas, order) {
    const { law, lam } = this, deepest = order * law.logN + TAIL;
    const loss = (theta) => theory.linear_entropy_loss(theta, law.x, law.v, law.counts);
    const depth = (j) => (j + 1 < thetas.length ? Math.min(loss(thetas[j + 1]), deepest) : deepest);
    return thetas.map((theta, j) => new Line(law, lam, theta, order, depth(j)));
  }

  /** From a third of the inverse standard deviation of E to where no level is left. */
  _thetas() {
    const { law, lam } = this, spread = (theta) => theory.linear_energy_law_dlam2(theta, law.x, law.v, law.counts) ** 0.5;
    const lowest = Math.min(0.3 / spread(0), 0.25 * lam), thetas = [];
    for (let theta = lowest; theta < 1.76 * lam; theta += 1.2 / spread(theta)) {
      thetas.push(theta);
      if (law.logN - theory.linear_entropy_loss(theta, law.x, law.v, law.counts) < -2 * TAIL) break;
    }
    const end = thetas[thetas.length - 1];
    const own = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75].map((part) => part * lam);
    return [...thetas, ...own.filter((theta) => theta < end + 1.3 / spread(end))].sort((a, b) => a - b);
  }

  /** omega, psi_1, and psi_1 with y - x and its square inserted for each subspace. */
  averages(e) {
    return lowest(this.first, e).at(e);
  }

  /** Integrands: of E sum w, E sum w^2, and E Var_w(y) along each subspace. */
  terms(e) {
    const { law, lam, n } = this, [omega, psi, ...moments] = this.averages(e), [square] = lowest(this.second, e).at(e);
    const logPhi = Math.log1p(-Math.min(Math.max(omega, 0), 1 - 1e-15));
    const logU = law.training ? lam * e : -Infinity, u = Math.exp(Math.min(logU, 300));
    const left = (removed) => (n < removed ? 0 : lam * Math.exp((n - removed) * logPhi - u));
    const values = [n * psi * left(1) + u * left(0), n * square * left(1) + u * u * left(0)];
    for (let k = 0; k < law.v.length; k++) {
      const [g, g2] = [moments[2 * k], moments[2 * k + 1]];
      values.push(n * (n - 1) * (psi * g2 - g * g) * left(2) + n * u * g2 * left(1));
    }
    return values;
  }

  /** Energies outside of which all terms vanish: omega is at most e^{K + theta e}, by about theta and the deviation of E. */
  window() {
    const { law, lam, n } = this, start = this.first[0], most = Math.max(...law.v);
    const best = (e) => lowest(this.first, e);
    const left = (e) => Math.log(n) + best(e).height(e) + TAIL;
    const right = (e) => left(e) - TAIL - Math.log(1 + (2.5 * best(e).theta) / best(e).width) - Math.log(6 * TAIL);
    const low = this.first[this.first.length - 1].energy - (law.logN + 3 * TAIL) / lam - 3 * TAIL / start.theta;
    const middle = -theory.linear_energy_law_dlam1(0, law.x, law.v, law.counts);
    const high = middle + Math.sqrt((3 * TAIL) / n) / start.width + (1.5 * TAIL * most) / n + 5 / lam;
    const ends = [bisected(left, low, high), bisected(right, low, high)];
    return law.training ? [Math.min(ends[0], -TAIL / lam), Math.min(ends[1], 4 / lam)] : ends;
  }

  /** Integrals of the terms, on panels that are halved until the Legendre series of each term ends; null if they do not. */
  integrals() {
    const [start, end] = this.window(), width = (end - start) / PANELS;
    let panels = Array.from({ length: PANELS }, (_, i) => [start + i * width, start + (i + 1) * width]);
    const sums = [0, 0, ...this.law.v.map(() => 0)], peaks = sums.map(() => 0);
    while (panels.length) {
      if (panels.length > MOST_PANELS) return null;
      const found = panels.map((panel) => this._panel(panel));
      found.forEach(({ values }) => values.forEach((v) => v.forEach((x, k) => (peaks[k] = Math.max(peaks[k], Math.abs(x))))));
      const next = [];
      for (const { values, low, high } of found) {
        const rough = sums.some((_, k) => RULE.last.some((row) => Math.abs(dot(row, values, k)) > ENDED * peaks[k]));
        if (rough) next.push([low, (low + high) / 2], [(low + high) / 2, high]);
        else sums.forEach((_, k) => (sums[k] += ((high - low) / 2) * dot(RULE.weights, values, k)));
      }
      panels = next;
    }
    return sums;
  }

  _panel([low, high]) {
    const values = RULE.nodes.map((node) => this.terms(low + ((node + 1) / 2) * (high - low)));
    return { low, high, values };
  }
}

const dot = (row, values, k) => row.reduce((sum, weight, i) => sum + weight * values[i][k], 0);
const lowest = (lines, e) => lines.reduce((best, line) => (line.height(e) < best.height(e) ? line : best));

/** E sum w^2 and E[-t J_ii] along each subspace at finite N and d; NaN where double precision does not suffice. */
function exactAverages(law, t) {
  const sums = new Levels(law, t).integrals();
  if (!sums || !(Math.abs(sums[0] - 1) < UNIT)) return { participation: NaN, along: law.v.map(() => NaN) };
  return { participation: sums[1], along: sums.slice(2).map((variance) => 1 - variance / t) };
}
