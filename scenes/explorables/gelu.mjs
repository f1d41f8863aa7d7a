/**
 * Gelu, h Φ(h), by the formulas of mathcore/gelu.py: with u = |h|, the normal density φ and its
 * Mills ratio R(u) = Φ(-u) / φ(u), which has a Chebyshev series in (u - 5) / (u + 5).
 */

import { logAbs } from "./floats.mjs";

const SQRT_TAU = 2.5066282746310002;
const LN_SQRT_TAU = 0.9189385332046728;
// The root of R(u) - u, as a sum of two floats.
const ROOT = 0.7517915246935645;
const ROOT_LOW = -1.4956759177009883e-17;
const ZERO_DENSITY = 40; // φ(40) is below the smallest subnormal
const LARGEST = 1e150;

// Of R(u) (u + 1), and of (u - R(u)) / (u - root).
const MILLS = [
  1.1579976221305188, -0.1633449388451398, -0.013683136055781576,
  0.03082200019810004, -0.016220073012046806, 0.005616691016460094,
  -0.0014133933783549216, 0.0002502625460725661, -2.468907239728387e-05,
  -1.0107964061837592e-06, 7.495419179740573e-07, -7.600274268728337e-08,
  -1.1574771441328644e-08, 3.333386472599843e-09, 7.538039628171347e-11,
  -1.1104247263727494e-10, 3.509243776551059e-12, 3.6894953861750955e-12,
  -2.3376697776383095e-13, -1.3271797523541405e-13, 9.921706995888276e-15,
  5.276004995455379e-15, -3.373097694187926e-16, -2.2804338776379985e-16,
];
const QUOTIENT = [
  1.2259182622406541, -0.30393785499390014, 0.10080911941980679,
  -0.02834394150977215, 0.006648706164325906, -0.0012562643746282273,
  0.0001762481522962657, -1.3934341854313243e-05, -6.54352032292436e-07,
  3.4603378634424706e-07, -2.8982042399895598e-08, -4.561373933353276e-09,
  1.103611736562751e-09, 3.1381299877663516e-11, -3.1843566810017055e-11,
  7.326034994733094e-13, 9.279813088657945e-13, -4.932455102179649e-14,
  -2.9600864941493794e-14, 1.9120642281862737e-15, 1.0532083706440697e-15,
  -5.841572147253876e-17, -4.1097974248411194e-17, 1.1138652017814171e-18,
];

/**
 * @param {number[]} coefficients
 * @param {number} u
 */
function chebyshev(coefficients, u) {
  const t = (u - 5) / (u + 5);
  let [before, last] = [0, 0];
  for (let j = coefficients.length - 1; j > 0; j--) {
    [before, last] = [last, coefficients[j] + 2 * t * last - before];
  }
  return coefficients[0] + t * last - before;
}

/** @param {number} u */
function mills(u) {
  return chebyshev(MILLS, u) / (u + 1);
}

/**
 * Return R(u) - u, without cancellation at its root.
 * @param {number} u
 */
function millsLessU(u) {
  return -(u - ROOT - ROOT_LOW) * chebyshev(QUOTIENT, u);
}

/**
 * Return factor φ(u); the leading 24 bits of u have an exact square.
 * @param {number} u
 * @param {number} factor
 */
function timesDensity(u, factor) {
  const head = Math.fround(u);
  const rest = Math.exp(-0.5 * (u - head) * (u + head));
  const root = Math.exp(-0.25 * head * head);
  return root * (root * ((factor * rest) / SQRT_TAU));
}

/**
 * Return the slope at -u, which is 1 minus the slope at u.
 * @param {number} u
 */
function slopeTail(u) {
  const v = Math.min(u, ZERO_DENSITY);
  return timesDensity(v, millsLessU(v));
}

/** @param {number} h */
export function gelu(h) {
  const u = Math.min(Math.abs(h), ZERO_DENSITY);
  return h < 0 ? timesDensity(u, -u * mills(u)) : h * (1 - timesDensity(u, mills(u)));
}

/** @param {number} h */
export function geluSlope(h) {
  const tail = slopeTail(Math.abs(h));
  return h < 0 ? tail : 1 - tail;
}

/** @param {number} h */
export function geluLogSlope(h) {
  if (h >= 0) return Math.log1p(-slopeTail(h));
  return logAbs(millsLessU(Math.min(-h, LARGEST))) - 0.5 * h * h - LN_SQRT_TAU;
}

/** @param {number} h */
export function geluLogValue(h) {
  if (h >= 0) return logAbs(gelu(h));
  const u = Math.min(-h, LARGEST);
  return Math.log(u) + Math.log(mills(u)) - 0.5 * h * h - LN_SQRT_TAU;
}
