/**
 * The activation functions, by the formulas of mathcore/smooth.py and piecewise.py: accurate in both
 * tails, with logarithms of values and slopes that underflow.
 */

import { gelu, geluLogSlope, geluLogValue, geluSlope } from "./gelu.mjs";
import { LN2, logAbs, logAbsDifference } from "./floats.mjs";

/**
 * @typedef {(h: number) => number} Kernel
 * @typedef {(h: number, target: number) => number} PairKernel
 *
 * An activation a = σ(h): value, slope, their logarithms, and σ(h) - target with its logarithm.
 * @typedef {object} Activation
 * @property {Kernel} value
 * @property {Kernel} slope
 * @property {Kernel} logSlope
 * @property {Kernel} logValue
 * @property {PairKernel} residual
 * @property {PairKernel} logResidual
 */

const LEAK = 0.01;

/** @type {Kernel} */
export function sigmoid(h) {
  const e = Math.exp(-Math.abs(h));
  return (h < 0 ? e : 1) / (1 + e);
}

/** @type {Kernel} */
function sigmoidSlope(h) {
  const e = Math.exp(-Math.abs(h));
  return e / ((1 + e) * (1 + e));
}

/** @type {Kernel} */
function sigmoidLogSlope(h) {
  const size = Math.abs(h);
  return -size - 2 * Math.log1p(Math.exp(-size));
}

/** @type {Kernel} */
export function logSigmoid(h) {
  return Math.min(h, 0) - Math.log1p(Math.exp(-Math.abs(h)));
}

/** @type {PairKernel} */
export function sigmoidResidual(h, target) {
  const e = Math.exp(-Math.abs(h));
  const tail = e / (1 + e);
  return h > 0 ? -(tail - (1 - target)) : tail - target;
}

/** @type {PairKernel} */
function sigmoidLogResidual(h, target) {
  if (target === 1) return logSigmoid(-h);
  return target === 0 ? logSigmoid(h) : logAbs(sigmoidResidual(h, target));
}

/** @type {Kernel} */
function tanhSlope(h) {
  const e = Math.exp(-Math.abs(h));
  const sech = (2 * e) / (1 + e * e);
  return sech * sech;
}

/** @type {Kernel} */
function tanhLogSlope(h) {
  const size = Math.abs(h);
  if (size < 0.7) return Math.log1p(-(Math.tanh(size) ** 2));
  return 2 * (LN2 - size - Math.log1p(Math.exp(-2 * size)));
}

/** @type {PairKernel} */
function tanhResidual(h, target) {
  if (!(Math.abs(h) > 0.5 && h * target > 0)) return Math.tanh(h) - target;
  const e = Math.exp(-2 * Math.abs(h));
  const tail = (2 * e) / (1 + e);
  return h > 0 ? -(tail - (1 - target)) : tail - (1 + target);
}

/** @type {PairKernel} */
function tanhLogResidual(h, target) {
  if (Math.abs(target) === 1) return LN2 + logSigmoid(-2 * h * target);
  return target === 0 ? logAbs(Math.tanh(h)) : logAbs(tanhResidual(h, target));
}

/** @type {Kernel} */
export function softplus(h) {
  return Math.max(h, 0) + Math.log1p(Math.exp(-Math.abs(h)));
}

/** @type {Kernel} */
export function logSoftplus(h) {
  return h < -37 ? h : Math.log(softplus(h));
}

// The root of 1 + exp(-u) - u, as a sum of two floats, and exp(-root).
const SILU_ROOT = 1.2784645427610737;
const SILU_ROOT_LOW = 1.0946994183093437e-16;
const EXP_MINUS_SILU_ROOT = 0.2784645427610738;

/** @type {Kernel} */
function siluBracket(u) {
  const d = u - SILU_ROOT - SILU_ROOT_LOW;
  return -d + EXP_MINUS_SILU_ROOT * Math.expm1(-d);
}

/** @type {Kernel} */
function siluTail(u) {
  const v = Math.min(u, 1500);
  const half = Math.exp(-0.5 * v);
  const onePlus = 1 + half * half;
  return (half * (half * siluBracket(v))) / (onePlus * onePlus);
}

/** @type {Kernel} */
function silu(h) {
  const half = Math.exp(-0.5 * Math.abs(h));
  const inner = h < 0 ? half * (half * Math.max(h, -1500)) : h;
  return inner / (1 + half * half);
}

/** @type {Kernel} */
function siluSlope(h) {
  return h < 0 ? siluTail(-h) : 1 - siluTail(h);
}

/** @type {Kernel} */
function siluLogSlope(h) {
  const u = Math.abs(h);
  if (h >= 0) return Math.log1p(-siluTail(u));
  return logAbs(siluBracket(Math.min(u, 1e300))) - u - 2 * Math.log1p(Math.exp(-u));
}

/** @type {Kernel} */
function logSilu(h) {
  return Math.log(Math.min(Math.abs(h), Number.MAX_VALUE)) + logSigmoid(h);
}

/** @type {Kernel} */
function elu(h) {
  return h >= 0 ? h : Math.expm1(h);
}

/** @type {PairKernel} */
function eluResidual(h, target) {
  return h < -0.5 && target < 0 ? Math.exp(h) - (1 + target) : elu(h) - target;
}

/** @type {PairKernel} */
function eluLogResidual(h, target) {
  if (target === -1 && h < 0) return h;
  if (target === 0) return logAbs(elu(h));
  return logAbsDifference(eluResidual(h, target), elu(h), target);
}

/**
 * Return an activation of slope 1 above 0 and `leak` below.
 * @param {number} leak
 * @returns {Activation}
 */
function leaky(leak) {
  /** @type {Activation} */
  const made = {
    value: (h) => (h > 0 ? h : leak ? leak * h : 0),
    slope: (h) => (h > 0 ? 1 : leak),
    logSlope: (h) => (h > 0 ? 0 : Math.log(leak)),
    logValue: (h) => logAbs(h) + made.logSlope(h),
    residual: (h, target) => made.value(h) - target,
    logResidual(h, target) {
      if (target === 0) return made.logValue(h);
      return logAbsDifference(made.residual(h, target), made.value(h), target);
    },
  };
  return made;
}

/**
 * Return the residuals of an activation with σ(h) = h + σ(-h).
 * @param {Kernel} value
 * @param {Kernel} logValue
 */
function reflected(value, logValue) {
  /** @type {PairKernel} */
  function residual(h, target) {
    if (h <= 0) return value(h) - target;
    return h === target ? value(-h) : h - target + value(-h);
  }
  /** @type {PairKernel} */
  function logResidual(h, target) {
    if (target === 0) return logValue(h);
    if (h === target && h > 0) return logValue(-h);
    return logAbsDifference(residual(h, target), value(h), target);
  }
  return { residual, logResidual };
}

/** @type {Record<string, Activation>} */
export const ACTIVATIONS = {
  sigmoid: {
    value: sigmoid,
    slope: sigmoidSlope,
    logSlope: sigmoidLogSlope,
    logValue: logSigmoid,
    residual: sigmoidResidual,
    logResidual: sigmoidLogResidual,
  },
  tanh: {
    value: Math.tanh,
    slope: tanhSlope,
    logSlope: tanhLogSlope,
    logValue: (h) => logAbs(Math.tanh(h)),
    residual: tanhResidual,
    logResidual: tanhLogResidual,
  },
  relu: leaky(0),
  leaky_relu: leaky(LEAK),
  elu: {
    value: elu,
    slope: (h) => Math.exp(Math.min(h, 0)),
    logSlope: (h) => Math.min(h, 0),
    logValue: (h) => logAbs(elu(h)),
    residual: eluResidual,
    logResidual: eluLogResidual,
  },
  gelu: {
    value: gelu,
    slope: geluSlope,
    logSlope: geluLogSlope,
    logValue: geluLogValue,
    ...reflected(gelu, geluLogValue),
  },
  silu: {
    value: silu,
    slope: siluSlope,
    logSlope: siluLogSlope,
    logValue: logSilu,
    ...reflected(silu, logSilu),
  },
  softplus: {
    value: softplus,
    slope: sigmoid,
    logSlope: logSigmoid,
    logValue: logSoftplus,
    ...reflected(softplus, logSoftplus),
  },
  identity: leaky(1),
};
