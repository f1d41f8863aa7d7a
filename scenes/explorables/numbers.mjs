/** Numbers as texts, in the formats of lecture/kit/numbers.py and the marks of the language. */

/**
 * @typedef {import("./chain.mjs").SignedLog} SignedLog
 *
 * Marks of written numbers, and words for spoken ones.
 * @typedef {Record<"decimal" | "group" | "minus" | "times_ten" | "to_the" | "infinity", string>} Texts
 * @typedef {Texts & {grouped_from: number}} Marks
 *
 * @typedef {ReturnType<typeof formatsOf>} Formats
 */

const MINUS = "\u2212";
const TIMES_TEN = "\u00b710";
const DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const RANGE = 300; // log10 of numbers that floats hold
const RAISED = /\^\((.*)\)/; // the exponent of 10^(b·10ⁿ)

/**
 * Round a number as Python does, ties to even, to a number of decimals.
 * @param {number} x
 * @param {number} places
 */
function toFixed(x, places) {
  return toEven(x.toFixed(places), x.toFixed(places + 60), places);
}

/**
 * Return mantissa and exponent, rounded to a number of decimals of the mantissa.
 * @param {number} x
 * @param {number} places
 * @returns {[string, number]}
 */
function toExponential(x, places) {
  const [mantissa, exponent] = x.toExponential(places).split("e");
  const [exact, exactExponent] = x.toExponential(places + 60).split("e");
  if (exponent !== exactExponent) return [mantissa, Number(exponent)];
  return [toEven(mantissa, exact, places), Number(exponent)];
}

/**
 * Return a rounded decimal, or the even one below it where the exact decimal is in the middle.
 * @param {string} rounded
 * @param {string} exact
 * @param {number} places
 */
function toEven(rounded, exact, places) {
  const end = exact.indexOf(".") + 1 + places;
  const below = exact.slice(0, places ? end : end - 1);
  const isTie = /^50*$/.test(exact.slice(end));
  return isTie && "02468".includes(below[below.length - 1]) ? below : rounded;
}

/**
 * Return a power of ten with a rounded exponent.
 * @param {number} exponent
 */
function roundedPower(exponent) {
  return `10^(${exponent < 0 ? MINUS : ""}${scientific(Math.abs(exponent))})`;
}

/** @param {number} exponent */
function superscript(exponent) {
  return (exponent < 0 ? "⁻" : "") + String(Math.abs(exponent)).replace(/\d/g, (d) => DIGITS[Number(d)]);
}

/**
 * Return a magnitude from 0.01 to below 10^4 with up to three decimals and four digits, else null.
 * @param {number} x
 * @param {number} decimals
 */
function fixed(x, decimals) {
  if (x >= 1e4) return null;
  let text = "";
  for (let places = decimals; places >= 0; places--) {
    text = toFixed(x, places);
    if (Number(text) < 10 ** (1 - decimals) || Number(text) >= 1e4) return null;
    if (text.replace(".", "").replace(/^0+/, "").length <= decimals + 1) break;
  }
  return text;
}

/** @param {number} x */
function scientific(x) {
  const [mantissa, exponent] = toExponential(x, 1);
  return `${mantissa}${TIMES_TEN}${superscript(exponent)}`;
}

/**
 * Return a magnitude with two digits, from 0.1 to below 100 without a power of ten.
 * @param {number} x
 */
function short(x) {
  const [mantissa, exponent] = toExponential(x, 1);
  if (Math.abs(exponent) > 1) return scientific(x);
  return Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, 1 - exponent));
}

/**
 * Return a magnitude with up to four digits and no trailing zeros.
 * @param {number} x
 */
function plain(x) {
  const [mantissa, exponent] = toExponential(x, 3);
  if (exponent < -4 || exponent > 3) return scientific(Number(`${mantissa}e${exponent}`));
  const text = toFixed(Number(`${mantissa}e${exponent}`), 3 - exponent);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/**
 * Return a ratio with one decimal below ten, else as a whole number.
 * @param {number} x
 */
function asRatio(x) {
  if (x >= 0.05 && x < 9.95) return toFixed(x, 1);
  if (x < 9.95 || x >= 1e6) return scientific(x);
  return toFixed(x, 0).replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * Return the formats of a language.
 * @param {Marks} marks
 */
export function formatsOf(marks) {
  /** @param {string} text */
  function localized(text) {
    const [whole, ...fraction] = text.split(".");
    const grouped = whole.replace(/\D/g, "").length >= marks.grouped_from;
    return [whole.replace(",", grouped ? marks.group : ""), ...fraction].join(marks.decimal);
  }
  /**
   * @param {(x: number) => string} format of a float
   * @returns {(number: SignedLog) => string}
   */
  function ofLog(format) {
    return ({ sign, log10 }) => {
      const minus = sign < 0 ? MINUS : "";
      if (sign === 0 || log10 === -Infinity) return "0";
      if (log10 === Infinity) return `${minus}∞`;
      // The last digits are those of the logarithm: without them 0.0625 is no longer a tie.
      if (Math.abs(log10) < RANGE) {
        return localized(minus + format(Number((10 ** log10).toExponential(12))));
      }
      let exponent = Math.floor(log10);
      let mantissa = (10 ** (log10 - exponent)).toFixed(1);
      if (Number(mantissa) >= 10) [mantissa, exponent] = ["1.0", exponent + 1];
      if (Math.abs(exponent) >= 1e6) return localized(minus + roundedPower(log10));
      return localized(`${minus}${mantissa}${TIMES_TEN}${superscript(exponent)}`);
    };
  }
  /**
   * @param {(x: number) => string} format
   * @returns {(value: number) => string}
   */
  function ofFloat(format) {
    return (value) => {
      if (value === 0) return "0";
      return localized((value < 0 ? MINUS : "") + format(Math.abs(value)));
    };
  }
  return {
    weight: ofFloat((x) => fixed(x, 2) ?? scientific(x)),
    plain: ofFloat(plain),
    value: ofLog((x) => fixed(x, 3) ?? scientific(x)),
    gradient: ofLog(short),
    tick: ofLog(plain),
    ratio: ofLog(asRatio),
    /** @param {number} exponent */
    powerOfTen: (exponent) =>
      Math.abs(exponent) < 1e6 ? `10${superscript(exponent)}` : localized(roundedPower(exponent)),
    /**
     * Return the words for a number.
     * @param {string} text
     * @returns {string}
     */
    speak: function speak(text) {
      const [base, raised] = text.split(RAISED);
      if (raised) return `${speak(base)} ${marks.to_the} ${speak(raised)}`;
      const [mantissa, power] = text.replaceAll(marks.group, "").split(TIMES_TEN);
      const spoken = mantissa.replace(MINUS, `${marks.minus} `).replace("∞", marks.infinity);
      if (power === undefined) return spoken;
      const exponent = exponentOf(power).replace("-", `${marks.minus} `);
      return `${spoken} ${marks.times_ten} ${marks.to_the} ${exponent}`;
    },
    /**
     * Return the number that a reader has written, NaN for any other text.
     * @param {string} text
     */
    parse(text) {
      const [mantissa, power] = text.replace(/\s/g, "").split(TIMES_TEN);
      const plainText = mantissa.replaceAll(MINUS, "-").replace(",", ".");
      const written = power === undefined ? plainText : `${plainText}e${exponentOf(power)}`;
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(written) ? Number(written) : NaN;
    },
  };
}

/** @param {string} power */
function exponentOf(power) {
  return [...power].map((c) => (c === "⁻" ? "-" : DIGITS.indexOf(c))).join("");
}
