/** The state of the explorable: a chain, as a link and as a lecture.toml. */

import { ACTIVATIONS } from "./activations.mjs";

/**
 * @typedef {import("./chain.mjs").Chain} Chain
 *
 * A chain of `depth` layers; weights and biases are there for the greatest depth, so that a layer
 * that was removed comes back as it was. `seed` is that of random weights and biases, or null.
 * @typedef {Chain & {depth: number, seed: number | null}} State
 *
 * Weights and biases of a seed.
 * @typedef {{weights: number[], biases: number[]}} Draw
 */

export const [MIN_DEPTH, MAX_DEPTH] = [2, 12];
export const LARGEST = 1e6;
const COSTS = ["squared", "half_squared", "cross_entropy"];

/**
 * Return the state for a chain; further layers repeat layers 2 to L.
 * @param {Chain} chain
 * @returns {State}
 */
export function stateOf(chain) {
  const depth = chain.weights.length;
  /** @param {number[]} values */
  const extended = (values) =>
    Array.from({ length: MAX_DEPTH }, (_, j) => values[j < depth ? j : 1 + ((j - depth) % (depth - 1))]);
  const [weights, biases] = [extended(chain.weights), extended(chain.biases)];
  return { ...chain, weights, biases, depth, seed: null };
}

/**
 * Return the chain with the random weights and biases of a seed.
 * @param {State} state
 * @param {Draw[]} draws
 * @param {number} seed
 * @returns {State}
 */
export function drawn(state, draws, seed) {
  return { ...state, ...draws[seed], seed };
}

/**
 * Return the chain that is shown.
 * @param {State} state
 * @returns {Chain}
 */
export function chainOf({ weights, biases, depth, activation, cost, input, target }) {
  const layers = { weights: weights.slice(0, depth), biases: biases.slice(0, depth) };
  return { ...layers, activation, cost, input, target };
}

/**
 * Return the state with another cost if its own does not fit the activation, and a target that fits.
 * @param {State} state
 * @returns {State}
 */
export function fitting(state) {
  if (state.cost !== "cross_entropy") return state;
  if (state.activation !== "sigmoid") return { ...state, cost: "squared" };
  return { ...state, target: Math.min(Math.max(state.target, 0), 1) };
}

/**
 * Return the text of a state in a link.
 * @param {State} state
 */
export function toLink(state) {
  const { weights, biases, activation, cost, input, target } = chainOf(state);
  const layers =
    state.seed === null
      ? `w=${weights.join()}&b=${biases.join()}`
      : `seed=${state.seed}&depth=${state.depth}`;
  return `${layers}&f=${activation}&c=${cost}&x=${input}&t=${target}`;
}

/**
 * Return the state of a link, or null if it is not valid.
 * @param {string} text
 * @param {Draw[]} draws
 * @returns {State | null}
 */
export function fromLink(text, draws) {
  const fields = new URLSearchParams(text);
  /** @param {string} name */
  const listed = (name) => (fields.get(name) ?? "").split(",").map((part) => (part ? Number(part) : NaN));
  const seed = fields.has("seed") ? Number(fields.get("seed")) : null;
  const depth = seed === null ? listed("w").length : Number(fields.get("depth"));
  const draw = seed === null ? { weights: listed("w"), biases: listed("b") } : draws[seed];
  const [activation, cost] = [fields.get("f") ?? "", fields.get("c") ?? ""];
  const [[input], [target]] = [listed("x"), listed("t")];
  const known = Object.hasOwn(ACTIVATIONS, activation) && COSTS.includes(cost);
  const deep = Number.isInteger(depth) && depth >= MIN_DEPTH && depth <= MAX_DEPTH;
  if (!known || !deep || !draw) return null;
  if (seed === null && draw.biases.length !== depth) return null;
  const numbers = [...draw.weights, ...draw.biases, input, target];
  if (!numbers.every((value) => Math.abs(value) <= LARGEST)) return null;
  const chain = { ...draw, activation, cost, input, target };
  const state = seed === null ? stateOf(chain) : { ...chain, depth, seed };
  const fits = fitting(state);
  return fits.cost === cost && fits.target === target ? state : null;
}

/**
 * Return the `lecture.toml` that shows the chain in the video.
 * @param {State} state
 * @param {string} language
 */
export function toToml(state, language) {
  const { weights, biases, activation, cost, input, target } = chainOf(state);
  const drawing = `distribution = "gaussian"`;
  const same = biases.every((bias) => bias === biases[0]);
  const fields =
    state.seed === null
      ? { weights: list(weights), biases: same ? float(biases[0]) : list(biases) }
      : {
          weights: `{ ${drawing}, depth = ${state.depth}, seed = ${state.seed} }`,
          biases: `{ ${drawing}, seed = ${state.seed} }`,
        };
  return `language = "${language}"

[chain]
weights = ${fields.weights}
biases = ${fields.biases}
activation = "${activation}"
cost = "${cost}"
input = ${float(input)}
target = ${float(target)}
`;
}

/** @param {number} value */
function float(value) {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** @param {number[]} values */
function list(values) {
  return `[${values.map(float).join(", ")}]`;
}
