// Averages over one level of energy E, as sums along vertical lines in the plane of K.
//
// For lambda = 1/t and u = e^{lambda (e - E)}:  psi_k(e) = E[u^k e^{-u}],  phi = psi_0 = 1 - omega,
//
//     psi_k(e) = 1/(2 pi i) int e^{K(z) + z e} Gamma(k - z/lambda)/lambda dz,        0 < Re z < k lambda,
//
// omega is minus the integral with k = 0 over 0 < Re z < lambda. The trapezoidal rule on a line near the saddle point
// converges geometrically (`theory.exact.contour`). K and the moments of a level come from `theory`, printed from SymPy.

const FIRST_NODES = 512, MOST_NODES = 32768; // nodes of a line that is cut off, and of any
const DIGITS = 28; // e^{-28}
const UNSEEN = 1e-14; // of the sum of moduli

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

/** Rows of complex numbers, weighted, one after the other. */
function flat(rows, weights) {
  const values = Float64Array.from(weights ? rows.flatMap((row, n) => row.map((x) => x * weights[n])) : rows.flat());
  return { values, columns: rows[0].length / 2, length: rows.length };
}

/** Weights that fall from 1 to 0 as an error function does: they blur an edge of the density, and nothing far from it. */
function smoothCut(count) {
  const bell = Array.from({ length: count }, (_, n) => Math.exp(-(((12 * (n + 0.5)) / count - 6) ** 2)));
  const all = bell.reduce((sum, x) => sum + x, 0);
  let left = all;
  return bell.map((x) => (left -= x) / all);
}

/** Real parts of sum_n e^{i angle (n + 1/2)} row_n, one for each column. */
function summed({ values, columns, length }, angle) {
  const sums = new Float64Array(columns), c = Math.cos(angle), s = Math.sin(angle);
  let re = Math.cos(angle / 2), im = Math.sin(angle / 2);
  for (let n = 0, j = 0; n < length; n++) {
    for (let k = 0; k < columns; k++, j += 2) sums[k] += re * values[j] - im * values[j + 1];
    const turned = re * c - im * s;
    im = re * s + im * c;
    re = turned;
  }
  return sums;
}

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

  /** As many rows as the sums need: to where they are negligible, or to a smooth cut that a few energies do not see. */
  _made() {
    const rows = [], most = Math.min(Math.ceil((32 * this.lam) / this.step), MOST_NODES);
    for (let count = Math.min(FIRST_NODES, most), before = null; ; count = Math.min(2 * count, most)) {
      if (this._extended(rows, count) || (count === most && most < MOST_NODES)) return flat(rows);
      const table = flat(rows, smoothCut(count)), scale = rows.reduce((sum, row) => sum + Math.hypot(row[0], row[1]), 0);
      const seen = [-2, -1, 0, 1, 2].map((k) => summed(table, (this.step * k) / this.width)[0]);
      if (count === most || before?.every((sum, k) => Math.abs(sum - seen[k]) < UNSEEN * scale)) return table;
      before = seen;
    }
  }

  /** Rows up to a number of them; whether they are negligible from there on. */
  _extended(rows, count) {
    const size = (row) => Math.hypot(row[0], row[1]);
    while (rows.length < count) {
      const y = this.step * (rows.length + 0.5);
      rows.push(this.order === 2 ? this._second(y) : this._first(y));
      if (rows.length % 32 === 0 && rows.slice(-8).every((row) => size(row) < 1e-15 * size(rows[0]))) return true;
    }
    return false;
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
    const scale = Math.exp(this.height(e));
    return summed(this.table, this.step * (e - this.energy)).map((sum) => sum * scale);
  }

  height(e) {
    return this.logMgf + this.theta * e;
  }
}

const times = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];
const divided = ([a, b], [c, d]) => [(a * c + b * d) / (c * c + d * d), (b * c - a * d) / (c * c + d * d)];
