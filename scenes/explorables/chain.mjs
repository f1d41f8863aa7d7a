/**
 * A chain of one neuron a layer: h_j = w_j a_{j-1} + b_j, a_j = σ(h_j), a_0 = x, y = a_L. Its backward
 * pass multiplies dC/dy by w_j σ'(h_j) at each layer.
 *
 * Every number is a sign and the common logarithm of a magnitude, so products of 10^-2000 are right.
 * Signals are computed as m 2^e with unbounded exponents (see mathcore/extended.py).
 */

import { ACTIVATIONS, logSigmoid, logSoftplus } from "./activations.mjs";
import { LN2, LN10, frexp, ldexp, logAbs, signBit } from "./floats.mjs";

/**
 * A number as its sign, -1, 0 or 1, and log10 of its magnitude, -Infinity for zero.
 * @typedef {{sign: number, log10: number}} SignedLog
 *
 * @typedef {object} Chain
 * @property {number[]} weights
 * @property {number[]} biases as many as weights
 * @property {string} activation
 * @property {string} cost squared, half_squared, or cross_entropy with sigmoid and 0 <= target <= 1
 * @property {number} input
 * @property {number} target
 *
 * A layer: its signals and σ'(h); its factor, x σ'(h_1) or w_j σ'(h_j); dC/dy times the factors from
 * the last layer to this one; and its gradients.
 * @typedef {object} Layer
 * @property {number} activation
 * @property {SignedLog} h
 * @property {SignedLog} a
 * @property {SignedLog} slope
 * @property {SignedLog} factor
 * @property {SignedLog} product
 * @property {SignedLog} gradW
 * @property {SignedLog} gradB
 *
 * @typedef {object} Trace
 * @property {Layer[]} layers
 * @property {SignedLog} cost
 * @property {SignedLog} costSlope dC/dy
 */

const EDGE = 1000;
const LOWEST = -(2 ** 60);
const NOTHING = -(2 ** 62); // the exponent of zero, below any other
const TINY = 2 ** -1022;

/**
 * Return a number from its sign bit and its natural logarithm.
 * @param {number} sign
 * @param {number} log
 * @returns {SignedLog}
 */
function fromLog(sign, log) {
  return { sign: log === -Infinity ? 0 : sign, log10: log / LN10 };
}

/**
 * Return mantissa and exponent of w m 2^e + b.
 * @param {number} w
 * @param {number} b
 * @param {[number, number]} signal
 * @returns {[number, number]}
 */
function affine(w, b, [mantissa, exponent]) {
  const [wMantissa, wExponent] = frexp(w);
  const [bMantissa, bFound] = frexp(b);
  const product = wMantissa * mantissa;
  const productExponent = product === 0 ? NOTHING : wExponent + exponent;
  const bExponent = b === 0 ? NOTHING : bFound;
  const top = Math.max(productExponent, bExponent);
  // A term 2^1074 times smaller than the other vanishes in the sum.
  const total =
    product * 2 ** Math.max(productExponent - top, -1074) +
    bMantissa * 2 ** Math.max(bExponent - top, -1074);
  const [sum, sumExponent] = frexp(total);
  return [sum, total === 0 ? 0 : sumExponent + top];
}

/**
 * Return mantissa and exponent of a value, from its logarithm if it has underflowed.
 * @param {number} value
 * @param {number} logValue
 * @returns {[number, number]}
 */
function parts(value, logValue) {
  if (Math.abs(value) >= TINY || !Number.isFinite(logValue)) return frexp(value);
  const binary = logValue / LN2;
  const whole = Math.floor(binary);
  return [signBit(value) * 0.5 * 2 ** (binary - whole), Math.max(whole, LOWEST) + 1];
}

/**
 * Return the signals of all layers, and ln|y| if y is out of the range of floats.
 * @param {Chain} chain
 */
function forward({ weights, biases, activation, input }) {
  const act = ACTIVATIONS[activation];
  let signal = frexp(input);
  let logA = logAbs(input);
  let logY = NaN;
  const rows = weights.map((w, j) => {
    const before = { sign: signBit(signal[0]), logA };
    const [m, e] = affine(w, biases[j], signal);
    const near = Math.max(-EDGE, Math.min(e, EDGE));
    // Beyond 2^±1000 an activation is constant or proportional to h, to the last digit.
    const h = ldexp(m, near);
    const value = act.value(h);
    const size = Math.abs(value);
    const shifted = e !== near && (size < 1e-290 || size > 1e290);
    const shift = shifted ? e - near : 0;
    const logValue = act.logValue(h);
    const [mantissa, exponent] = parts(value, shifted ? -Infinity : logValue);
    signal = [mantissa, exponent + shift];
    logA = logValue + shift * LN2;
    logY = shifted ? logA : NaN;
    return {
      before,
      h,
      hLog: fromLog(signBit(m), m === 0 ? -Infinity : logAbs(m) + e * LN2),
      a: ldexp(mantissa, exponent + shift),
      aLog: fromLog(signBit(mantissa), logA),
      slopeSign: signBit(act.slope(h)),
      logSlope: act.logSlope(h),
    };
  });
  return { rows, logY };
}

/**
 * Return ln|y - t|, ln C, ln|dC/dy| and ln|dC/dh_L|, with the sign of y - t, at the last h.
 * @param {Chain} chain
 * @param {number} h
 * @param {number} logSlope
 * @param {number} logY
 */
function atTheOutput({ activation, cost, target }, h, logSlope, logY) {
  const act = ACTIVATIONS[activation];
  // y - t is y to the last digit if y overflows, or if it underflows with target 0.
  const known = logY > 0 || (logY <= 0 && target === 0);
  const logError = known ? logY : act.logResidual(h, target);
  const sign = signBit(known ? act.value(h) : act.residual(h, target));
  if (cost === "cross_entropy") {
    const atOne = Math.log(target) + logSoftplus(-h);
    const logCost = logAddExp(atOne, Math.log1p(-target) + logSoftplus(h));
    let logCostSlope = logError - logSigmoid(h) - logSigmoid(-h);
    if (target === 0) logCostSlope = -logSigmoid(-h);
    if (target === 1) logCostSlope = -logSigmoid(h);
    return { sign, logCost, logCostSlope, logDelta: logError };
  }
  const scale = cost === "squared" ? 1 : 0.5;
  const logCostSlope = logError + Math.log(2 * scale);
  const logCost = 2 * logError + Math.log(scale);
  return { sign, logCost, logCostSlope, logDelta: logCostSlope + logSlope };
}

/**
 * Return ln(exp(a) + exp(b)).
 * @param {number} a
 * @param {number} b
 */
function logAddExp(a, b) {
  const top = Math.max(a, b);
  return top === -Infinity ? top : top + Math.log1p(Math.exp(Math.min(a, b) - top));
}

/**
 * Return the forward and the backward pass of a chain.
 * @param {Chain} chain
 * @returns {Trace}
 */
export function computeTrace(chain) {
  const { rows, logY } = forward(chain);
  const last = rows[rows.length - 1];
  const output = atTheOutput(chain, last.h, last.logSlope, logY);
  let [sign, log] = [output.sign * last.slopeSign, output.logDelta];
  /** @type {Layer[]} */
  const layers = [];
  for (let j = rows.length - 1; j >= 0; j--) {
    const row = rows[j];
    const w = chain.weights[j];
    const lead = j === 0 ? chain.input : w;
    const gradW = fromLog(sign * row.before.sign, log + row.before.logA);
    layers.unshift({
      activation: row.a,
      h: row.hLog,
      a: row.aLog,
      slope: fromLog(row.slopeSign, row.logSlope),
      factor: fromLog(signBit(lead) * row.slopeSign, logAbs(lead) + row.logSlope),
      product: j === 0 ? gradW : fromLog(sign * signBit(w), log + logAbs(w)),
      gradW,
      gradB: fromLog(sign, log),
    });
    if (j > 0) {
      sign *= signBit(w) * rows[j - 1].slopeSign;
      log += logAbs(w) + rows[j - 1].logSlope;
    }
  }
  return {
    layers,
    cost: fromLog(1, output.logCost),
    costSlope: fromLog(output.sign, output.logCostSlope),
  };
}
