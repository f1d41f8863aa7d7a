/** The sentence on the speeds of the layers, as in scenes/data/chain_readings.py. */

import { filled } from "./dom.mjs";

/**
 * Return the sentence that compares the slowest layer with the fastest.
 * @param {import("./chain.mjs").Trace} trace
 * @param {Record<string, any>} words
 * @param {string} language
 * @param {(ratio: import("./chain.mjs").SignedLog) => string} written
 * @param {(text: string) => number} parse
 * @returns {{text: string, ratio: string}} the sentence, and the ratio in it
 */
export function verdict(trace, words, language, written, parse) {
  const logs = trace.layers.map(({ gradW }) => gradW.log10);
  const [slowest, fastest] = [Math.min(...logs), Math.max(...logs)];
  const [slow, fast] = [logs.indexOf(slowest) + 1, logs.indexOf(fastest) + 1];
  if (fastest === -Infinity) return { text: words.dead, ratio: "" };
  if (slowest === -Infinity) return { text: filled(words.stuck, { slow }), ratio: "" };
  if (fastest - slowest <= Math.log10(2)) return { text: words.similar, ratio: "" };
  const ratio = written({ sign: 1, log10: fastest - slowest });
  return { text: filled(formOf(words.slower, ratio, parse(ratio), language), { slow, fast, ratio }), ratio };
}

/**
 * Return the form of a text for the number in it.
 * @param {string | Record<string, string>} text
 * @param {string} written
 * @param {number} value
 * @param {string} language
 */
function formOf(text, written, value, language) {
  if (typeof text === "string") return text;
  const decimals = written.includes("·") ? 0 : (written.split(/[.,]/)[1] ?? "").length;
  const rules = new Intl.PluralRules(language, { minimumFractionDigits: decimals });
  // Of larger numbers, also of those beyond floats, no form depends on the digits.
  return text[rules.select(value < 1e15 ? value : 1e15)];
}
