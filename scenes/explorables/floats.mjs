/** Parts of floats, and logarithms of magnitudes: what NumPy has and JavaScript lacks. */

export const LN2 = Math.LN2;
export const LN10 = Math.LN10;

const view = new DataView(new ArrayBuffer(8));

/**
 * Return mantissa and exponent of a finite number: x = m 2^e with 1/2 <= |m| < 1.
 * @param {number} x
 * @returns {[number, number]}
 */
export function frexp(x) {
  if (x === 0) return [x, 0];
  view.setFloat64(0, x);
  const head = view.getUint16(0);
  const exponent = (head >> 4) & 0x7ff;
  if (exponent === 0) {
    const [mantissa, e] = frexp(x * 2 ** 64);
    return [mantissa, e - 64];
  }
  view.setUint16(0, (head & 0x800f) | 0x3fe0);
  return [view.getFloat64(0), exponent - 1022];
}

/**
 * Return m 2^e, rounded once, for |m| = 0 or 1/2 <= |m| <= 1.
 * @param {number} m
 * @param {number} e
 */
export function ldexp(m, e) {
  if (e > 1023) return m * 2 ** 1023 * 2 ** Math.min(e - 1023, 1023);
  return e < -1021 ? m * 2 ** -1021 * 2 ** Math.max(e + 1021, -1074) : m * 2 ** e;
}

/**
 * Return -1 or 1, also for a zero, which has the sign of what has underflowed.
 * @param {number} x
 */
export function signBit(x) {
  return x > 0 || Object.is(x, 0) ? 1 : -1;
}

/**
 * Return ln|x|.
 * @param {number} x
 */
export function logAbs(x) {
  return Math.log(Math.abs(x));
}

/**
 * Return ln|a - b| for their difference d, which may have overflowed.
 * @param {number} d
 * @param {number} a
 * @param {number} b
 */
export function logAbsDifference(d, a, b) {
  return Math.abs(d) === Infinity ? logAbs(0.5 * a - 0.5 * b) + LN2 : logAbs(d);
}
