/** An explorable chain: controls, the picture of the video, and what is said about it. */

import { computeTrace } from "./chain.mjs";
import { numberControl, selection } from "./controls.mjs";
import { element, filled, indexed } from "./dom.mjs";
import { formatsOf } from "./numbers.mjs";
import { chainPicture } from "./picture.mjs";
import { scaleOf } from "./scale.mjs";
import { LARGEST, MAX_DEPTH, MIN_DEPTH } from "./state.mjs";
import { chainOf, drawn, fitting, fromLink, stateOf, toLink, toToml } from "./state.mjs";
import { verdict } from "./verdict.mjs";

/**
 * @typedef {import("./chain.mjs").Chain} Chain
 * @typedef {import("./state.mjs").State} State
 *
 * What `scenes/explorables/content.py` returns.
 * @typedef {object} Data
 * @property {string} language
 * @property {import("./numbers.mjs").Marks} marks
 * @property {Record<string, any>} words
 * @property {Record<string, string>} activations
 * @property {Chain} start
 * @property {Record<string, Chain>} presets
 * @property {import("./state.mjs").Draw[]} draws
 *
 * What the page offers.
 * @typedef {object} Page
 * @property {(state: string) => string} link
 * @property {(text: string) => Promise<boolean>} copy
 */

const NARROWEST = 80; // pixels of a column of the picture
const PAUSE = 300; // milliseconds without a change before it is announced

/**
 * @param {HTMLElement} root
 * @param {Data} data
 * @param {Page} page
 */
export function mount(root, data, page) {
  const { words, draws } = data;
  const formats = formatsOf(data.marks);
  let state = stateOf(data.start);
  let logarithmic = true;
  let pending = 0;

  const [verdictText, problem, said] = [
    element("p", { class: "chain-verdict" }),
    element("p", { class: "chain-problem", role: "alert" }),
    element("p", { class: "visually-hidden", role: "status" }),
  ];
  const toml = element("pre", { tabindex: "0" });
  const address = element("pre", { tabindex: "0" });

  /** @param {{name: string, low: number, high: number} | null} wrong */
  function showProblem(wrong) {
    problem.textContent = "";
    if (!wrong) return;
    const [low, high] = [wrong.low, wrong.high].map(formats.plain);
    problem.textContent = filled(words.allowed, { ...wrong, low, high });
  }

  /**
   * Show another state, and announce the change that led to it.
   * @param {Partial<State>} change
   * @param {string} name
   * @param {string} value
   */
  function update(change, name, value) {
    state = fitting({ ...state, ...change });
    showProblem(null);
    draw();
    clearTimeout(pending);
    pending = setTimeout(() => announce(name, value), PAUSE);
  }

  /** @param {string} name @param {string} value */
  function announce(name, value) {
    const trace = computeTrace(chainOf(state));
    const { layers, cost } = trace;
    const numbers = {
      output: formats.value(layers[layers.length - 1].a),
      cost: formats.value(cost),
      gradient: formats.gradient(layers[0].gradW),
    };
    const spoken = Object.entries(numbers).map(([key, text]) => [key, formats.speak(text)]);
    const changed = filled(words.changed, { name, value: formats.speak(value) });
    const result = filled(words.result, Object.fromEntries(spoken));
    said.textContent = `${changed} ${result} ${conclusion(trace, true)}`;
  }

  /** @param {import("./chain.mjs").Trace} trace @param {boolean} aloud */
  function conclusion(trace, aloud) {
    const { text, ratio } = verdict(trace, words, data.language, formats.ratio, formats.parse);
    return aloud && ratio ? text.replace(ratio, formats.speak(ratio)) : text;
  }

  /**
   * Return the control of a number of the state.
   * @param {(Node | string)[]} symbol
   * @param {string} name
   * @param {import("./controls.mjs").Range} range
   * @param {(value: number) => Partial<State>} changed
   */
  function control(symbol, name, range, changed) {
    /** @param {number} value */
    const onChange = (value) => update(changed(value), name, formats.plain(value));
    return numberControl(symbol, name, range, formats, onChange, showProblem);
  }

  /**
   * Return the control of a weight or a bias.
   * @param {"weights" | "biases"} key
   * @param {number} index
   */
  function layerControl(key, index) {
    const [symbol, text] = key === "weights" ? ["w", words.weight] : ["b", words.bias];
    const range = { low: -20, high: 20, step: 0.05, least: -LARGEST, most: LARGEST };
    const layer = index + 1;
    return control([indexed(symbol, layer)], filled(text, { layer }), range, (value) => ({
      [key]: state[key].map((old, j) => (j === index ? value : old)),
      seed: null,
    }));
  }

  const indices = Array.from({ length: MAX_DEPTH }, (_, index) => index);
  const weights = indices.map((index) => layerControl("weights", index));
  const biases = indices.map((index) => layerControl("biases", index));
  const ends = { low: -3, high: 3, step: 0.05, least: -LARGEST, most: LARGEST };
  const input = control([element("var", {}, "x")], words.input, ends, (value) => ({ input: value }));
  const target = control([element("var", {}, "t")], words.target, ends, (value) => ({ target: value }));
  const depthRange = { low: MIN_DEPTH, high: MAX_DEPTH, step: 1 };
  const depth = control([words.depth], words.depth, depthRange, (value) => ({ depth: value }));
  const seedRange = { low: 0, high: draws.length - 1, step: 1 };
  const seed = control([words.seed], words.seed, seedRange, (value) => drawn(state, draws, value));
  const activation = selection(words.activation, data.activations, (value) =>
    update({ activation: value }, words.activation, data.activations[value]),
  );
  const costs = Object.fromEntries(["squared", "half_squared", "cross_entropy"].map((c) => [c, words[c]]));
  const cost = selection(words.cost, costs, (value) => update({ cost: value }, words.cost, costs[value]));
  const axes = { log: words.log, linear: words.linear };
  const axis = selection(words.axis, axes, (value) => {
    logarithmic = value === "log";
    update({}, words.axis, words[value]);
  });
  const layerControls = indices.map((index) => [weights[index].element, biases[index].element]);
  const endControls = { input: input.element, cost: target.element };
  const picture = chainPicture(layerControls, endControls, formats, words);

  /**
   * Return a button that shows a chain.
   * @param {string} name key of its word
   * @param {() => State} chosen
   */
  function preset(name, chosen) {
    const button = element("button", { type: "button" }, words[name]);
    button.addEventListener("click", () => update(chosen(), words.presets, words[name]));
    return button;
  }
  const random = () => drawn(state, draws, ((state.seed ?? -1) + 1) % draws.length);
  const presets = element(
    "fieldset",
    { class: "chain-settings" },
    element("legend", {}, words.presets),
    preset("start", () => stateOf(data.start)),
    ...Object.entries(data.presets).map(([name, chain]) => preset(name, () => stateOf(chain))),
    preset("random", random),
    seed.element,
  );

  /**
   * Return a button that copies a text.
   * @param {string} label
   * @param {() => string} text
   */
  function copying(label, text) {
    const button = element("button", { type: "button" }, label);
    button.addEventListener("click", async () => {
      clearTimeout(pending);
      said.textContent = "";
      const done = await page.copy(text());
      copied.textContent = done ? words.copied : words.not_copied;
      said.textContent = copied.textContent;
      if (!done) texts.open = true;
    });
    return button;
  }
  const copied = element("span", { class: "quiet", "aria-hidden": "true" });
  const texts = element("details", {}, element("summary", {}, words.toml), toml, address);
  const link = () => page.link(toLink(state));
  const actions = element(
    "div",
    { class: "chain-settings" },
    copying(words.copy_toml, () => toToml(state, data.language)),
    copying(words.copy_link, link),
    copied,
  );

  function draw() {
    const chain = chainOf(state);
    const trace = computeTrace(chain);
    const logs = trace.layers.map(({ gradW }) => gradW.log10);
    picture.draw(chain, trace, scaleOf(logs, logarithmic, formats));
    verdictText.textContent = conclusion(trace, false);
    weights.forEach((shown, index) => shown.set(state.weights[index]));
    biases.forEach((shown, index) => shown.set(state.biases[index]));
    input.set(state.input);
    target.set(state.target);
    depth.set(state.depth);
    seed.set(state.seed ?? 0);
    activation.select.value = state.activation;
    cost.select.value = state.cost;
    cost.select.options[2].disabled = state.activation !== "sigmoid";
    toml.textContent = toToml(state, data.language);
    address.textContent = link();
    copied.textContent = "";
    layOut();
  }

  function layOut() {
    const across = root.clientWidth >= NARROWEST * (state.depth + 2);
    picture.root.dataset.flow = across ? "across" : "down";
  }

  const choices = [depth, activation, cost, axis].map((made) => made.element);
  const settings = element("div", { class: "chain-settings" }, ...choices);
  root.append(element("p", {}, words.intro), presets, settings, problem, verdictText);
  root.append(picture.root, actions, texts, said);
  draw();
  new ResizeObserver(layOut).observe(root);

  return {
    /** @param {string} text of a link */
    show(text) {
      const linked = fromLink(text, draws);
      state = linked ?? stateOf(data.start);
      draw();
      problem.textContent = linked ? "" : words.bad_link;
    },
  };
}
