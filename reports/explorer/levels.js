// Exact averages over data sets at finite N and d, of Gaussian data with one variance for each subspace:
//
//     E sum w^2 = N int psi_2 phi^{N-1} lambda de,
//     E Var_w(y_i) = N (N-1) int (psi_1 psi_1[g^2] - psi_1[g]^2) phi^{N-2} lambda de,        g = y_i - x_i,
//
// and a training point at x, of energy 0, multiplies each integrand by e^{-u}, u = e^{lambda e}, and adds its own
// weight: `theory.exact`, of which this is a short form for two subspaces. Averages over one level are in `contour.js`.

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
const PANELS = 8, MOST_PANELS = 200, ENDED = 1e-11;
const TAIL = 30; // terms are followed until they have fallen by e^{-30}
const UNIT = 1e-8; // E sum w = 1 is held to; what cannot be computed is not drawn

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
    const { law, lam } = this, deviation = (theta) => theory.linear_energy_law_dlam2(theta, law.x, law.v, law.counts) ** 0.5;
    const lowest = Math.min(0.3 / deviation(0), 0.25 * lam), thetas = [];
    for (let theta = lowest; theta < 1.76 * lam; theta += 1.2 / deviation(theta)) {
      thetas.push(theta);
      if (law.logN - theory.linear_entropy_loss(theta, law.x, law.v, law.counts) < -2 * TAIL) break;
    }
    const end = thetas[thetas.length - 1];
    const own = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75].map((part) => part * lam);
    return [...thetas, ...own.filter((theta) => theta < end + 1.3 / deviation(end))].sort((a, b) => a - b);
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
