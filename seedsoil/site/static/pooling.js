// The twin of seedsoil/synthesis/pooling.py and what_if.py: pools the studies that a reader chose, or says why not.
// tests/site/test_what_if.py holds the two to the same numbers and words. `plot` is what the picture carries.

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

// The regularized incomplete beta function I_x(a, 1/2) for a multiple `a` of 1/2, by its continued fraction.
function incompleteBeta(x, a) {
  if (x > (a + 1) / (a + 2.5)) return 1 - fraction(1 - x, 0.5, a) / beta(a);
  return fraction(x, a, 0.5) / beta(a);
}

// B(a, 1/2), from B(1/2, 1/2) or B(1, 1/2) upward.
function beta(a) {
  let [value, at] = a % 1 ? [Math.PI, 0.5] : [2, 1];
  for (; at < a; at++) value *= at / (at + 0.5);
  return value;
}

// x^a (1 - x)^b / a times the continued fraction (DLMF 8.17.22), by Lentz's method.
function fraction(x, a, b) {
  let [c, d] = [1, 1 / (1 - ((a + b) * x) / (a + 1))];
  let value = d;
  for (let m = 1; m < 1000; m++) {
    for (const term of [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))]) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      value *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return (x ** a * (1 - x) ** b * value) / a;
}

// Beyond which, on either side, Student's t lies with a chance of 2.5%.
export function tQuantile(free) {
  const tail = (t) => incompleteBeta(free / (free + t * t), free / 2) / 2;
  return bisect((t) => tail(t) - 0.025, 0, 16);
}

// Where `surplus` turns from above 0 to 0 or less.
function bisect(surplus, low, high) {
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (surplus(middle) > 0) low = middle;
    else high = middle;
  }
}

function fit(log, variance, tau2) {
  const weights = variance.map((one) => 1 / (one + tau2));
  const [total, squared] = [sum(weights), sum(weights.map((weight) => weight ** 2))];
  const mean = sum(weights.map((weight, i) => weight * log[i])) / total;
  const squares = log.map((one) => (one - mean) ** 2);
  const spread = sum(weights.map((weight, i) => weight * squares[i]));
  const slope = sum(weights.map((weight, i) => weight ** 2 * squares[i])) - total + squared / total;
  const likelihood = sum(weights.map(Math.log)) - Math.log(total) - spread;
  return { total, squared, mean, spread, slope, likelihood };
}

function betweenStudies(log, variance, method, parts) {
  const free = log.length - 1;
  const surplus = (tau2) => (method === "pm" ? fit(log, variance, tau2).spread - free : fit(log, variance, tau2).slope);
  const mean = sum(log) / log.length;
  const spread = sum(log.map((one) => (one - mean) ** 2)) / free;
  const highest = spread + Math.sqrt(spread ** 2 + 4 * spread * Math.max(...variance));
  const steps = method === "pm" ? 1 : parts;
  const places = Array.from({ length: steps + 1 }, (_, i) => highest * (i / steps) ** 2);
  const over = places.map((place) => surplus(place) > 0);
  const found = [0];
  for (let i = 0; i < steps; i++) if (over[i] && !over[i + 1]) found.push(bisect(surplus, places[i], places[i + 1]));
  if (method === "pm") return found.at(-1);
  return found.reduce((best, tau2) => (fit(log, variance, tau2).likelihood > fit(log, variance, best).likelihood ? tau2 : best));
}

// `method` is "pm" or "reml". Gives the numbers of `Pooled`, by the same names.
export function pool(studies, parts, method = "pm", cautious = true) {
  const [log, variance] = ["log", "variance"].map((name) => studies.map((study) => study[name]));
  const k = log.length;
  const tau2 = betweenStudies(log, variance, method, parts);
  const { total, mean, spread } = fit(log, variance, tau2);
  const factor = spread / (k - 1);
  const t = tQuantile(k - 1);
  const half = t * Math.sqrt((cautious ? Math.max(1, factor) : factor) / total);
  const further = Math.hypot(half, t * Math.sqrt(tau2));
  const common = fit(log, variance, 0);
  const typical = ((k - 1) * common.total) / (common.total ** 2 - common.squared);
  const [estimate, ci_low, ci_high, prediction_low, prediction_high] = [0, -half, half, -further, further].map((way) => Math.exp(mean + way));
  return { k, estimate, ci_low, ci_high, prediction_low, prediction_high, tau2, i2: (100 * tau2) / (tau2 + typical), q: common.spread };
}

export const say = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const valuesOf = (studies, column) => [...new Set(studies.map((study) => study[column]).filter(Boolean))].sort();

// Why the studies at the places `chosen` are not pooled; empty where they are.
export function refusal({ words, least }, { alike, studies, same }, chosen) {
  if (chosen.length < least) return words.few;
  for (const column of alike) {
    const values = valuesOf(chosen.map((place) => studies[place]), column);
    if (values.length > 1) return say(words.unlike, { column, values: values.join(", ") });
  }
  const pair = same.find((two) => two.every((place) => chosen.includes(place)));
  if (!pair) return "";
  const [one, other] = pair.map((place) => studies[place].label);
  return say(words.same, { one, other });
}

export function answer(plot, panel, chosen, method, cautious) {
  const no = refusal(plot, panel, chosen);
  if (no) return no;
  const studies = chosen.map((place) => panel.studies[place]);
  const found = pool(studies, plot.parts, method, cautious);
  const ratios = ["estimate", "ci_low", "ci_high", "prediction_low", "prediction_high"].map((name) => [name, found[name].toFixed(2)]);
  const differ = plot.differ.filter((column) => valuesOf(studies, column).length > 1);
  return [
    say(plot.words.pooled, { ...Object.fromEntries(ratios), k: found.k, i2: found.i2.toFixed(0) }),
    ...(differ.length ? [say(plot.words.differ, { columns: differ.join(" and ") })] : []),
  ].join(" ");
}
