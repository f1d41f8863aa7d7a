/** The axis of the bars, as in lecture/kit/mobjects/magnitude_axis.py. */

/**
 * Return the least of 1, 2, 5, 10, 20, ... that divides a span into at most `most` parts.
 * @param {number} span
 * @param {number} most
 */
function tickStep(span, most) {
  for (let scale = 1; ; scale *= 10) {
    for (const step of [1, 2, 5]) {
      if (span <= step * scale * most) return step * scale;
    }
  }
}

/**
 * @typedef {object} Scale
 * @property {(log10: number) => number} height of a magnitude, from 0 to 1
 * @property {(log10: number) => number} share its height on the logarithmic axis
 * @property {{at: number, text: string}[]} ticks
 * @property {number[]} lines heights of grid lines
 */

/**
 * Return the axis for magnitudes.
 * @param {number[]} logs common logarithms
 * @param {boolean} logarithmic
 * @param {import("./numbers.mjs").Formats} formats
 * @returns {Scale}
 */
export function scaleOf(logs, logarithmic, formats) {
  const finite = logs.filter(Number.isFinite);
  const largest = finite.length ? Math.max(...finite) : 0;
  const low = finite.length ? Math.floor(Math.min(...finite)) - 1 : -2;
  const high = Math.max(0, Math.ceil(largest));
  /** @param {number} log10 */
  const share = (log10) => (Math.max(log10, low) - low) / (high - low);
  if (!logarithmic) {
    const decade = Math.floor(largest);
    const factor = [1, 2, 5, 10].find((n) => largest - decade <= Math.log10(n) + 1e-9) ?? 10;
    const top = decade + Math.log10(factor);
    const ticks = [
      { at: 0, text: "0" },
      { at: 0.5, text: formats.tick({ sign: 1, log10: top - Math.log10(2) }) },
      { at: 1, text: formats.tick({ sign: 1, log10: top }) },
    ];
    return { height: (log10) => 10 ** Math.min(log10 - top, 0), share, ticks, lines: [0, 0.5, 1] };
  }
  /** @param {number} most */
  const exponents = (most) => {
    const step = tickStep(high - low, most);
    return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => high - i * step);
  };
  const ticks = exponents(5).map((e) => ({ at: share(e), text: formats.powerOfTen(e) }));
  return { height: share, share, ticks, lines: exponents(12).map(share) };
}
