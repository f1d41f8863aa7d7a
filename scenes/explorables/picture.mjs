/**
 * The picture of the video: neurons with their weights, cards with factors, the running product, and
 * a bar for each gradient. It runs across, or down where there is no room for that.
 */

import { element, filled, indexed } from "./dom.mjs";

/**
 * @typedef {import("./chain.mjs").Chain} Chain
 * @typedef {import("./chain.mjs").Trace} Trace
 * @typedef {import("./scale.mjs").Scale} Scale
 * @typedef {import("./numbers.mjs").Formats} Formats
 * @typedef {Record<string, string>} Words
 */

/**
 * @param {string} name
 * @param {(Node | string)[]} children
 */
function part(name, ...children) {
  return element("div", { class: `chain-${name}` }, ...children);
}

/** @param {Element} plot @param {Scale} scale @param {boolean} labelled */
function drawAxis(plot, scale, labelled) {
  for (const old of plot.querySelectorAll(".chain-line, .chain-tick")) old.remove();
  const lines = scale.lines.map((at) => element("i", { class: "chain-line", style: `--at: ${at}` }));
  plot.prepend(...lines);
  if (!labelled) return;
  const ticks = scale.ticks.map(({ at, text }) =>
    element("span", { class: "chain-tick", style: `--at: ${at}` }, text),
  );
  plot.append(...ticks);
}

/**
 * Return an end of the chain: the input, or the cost.
 * @param {"input" | "cost"} name
 * @param {string} symbol
 * @param {HTMLElement} control
 * @param {Words} words
 */
function endView(name, symbol, control, words) {
  const isInput = name === "input";
  const value = element("span", { class: "chain-value" });
  const node = part("node", value, element("span", { class: "chain-shape" }, element("var", {}, symbol)));
  if (!isInput) {
    const output = element("span", { class: "chain-weight chain-output" }, element("var", {}, "y"));
    node.append(element("i", { class: "chain-arrow" }), output);
  }
  const product = part("product", isInput ? words.product : "");
  const card = part("card", isInput ? words.factor : "");
  const plot = part("plot");
  const drawing = part("drawing", node, part("signals"), card, product, plot);
  drawing.setAttribute("aria-hidden", "true");
  const said = element("p", { class: "visually-hidden" });
  const root = element("div", { class: `chain-end chain-${name}` }, said, drawing, control);
  return { root, value, product, plot, said };
}

/**
 * Return the view of a layer.
 * @param {HTMLElement[]} controls
 */
function layerView(controls) {
  const names = ["value", "weight", "shape", "h", "slope", "formula", "factor", "bar", "gradient"];
  const made = names.map((name) => [name, element("span", { class: `chain-${name}` })]);
  /** @type {Record<string, HTMLElement>} */
  const spans = Object.fromEntries(made);
  const product = part("product");
  const plot = part("plot", spans.bar, spans.gradient);
  const drawing = part(
    "drawing",
    part("node", spans.value, element("i", { class: "chain-arrow" }), spans.weight, spans.shape),
    part("signals", spans.h, spans.slope),
    part("card", spans.formula, spans.factor),
    product,
    plot,
  );
  drawing.setAttribute("aria-hidden", "true");
  const said = element("p", { class: "visually-hidden" });
  const root = element("li", { class: "chain-layer" }, said, drawing, part("controls", ...controls));
  return { root, said, product, plot, spans };
}

/**
 * Return the picture of a chain, and a function that draws a trace.
 * @param {HTMLElement[][]} layerControls controls of each layer
 * @param {{input: HTMLElement, cost: HTMLElement}} endControls
 * @param {Formats} formats
 * @param {Words} words
 */
export function chainPicture(layerControls, endControls, formats, words) {
  const layers = layerControls.map(layerView);
  const input = endView("input", "x", endControls.input, words);
  const cost = endView("cost", "C", endControls.cost, words);
  const list = element("ol", { class: "chain-layers" }, ...layers.map(({ root }) => root));
  const root = element("div", { class: "chain-picture", role: "group", "aria-label": words.chain });
  root.append(input.root, list, cost.root);

  /**
   * @param {Chain} chain
   * @param {Trace} trace
   * @param {Scale} scale
   */
  function draw(chain, trace, scale) {
    const symbol = chain.activation === "sigmoid" ? "σ" : "φ";
    const { value, gradient, speak } = formats;
    const depth = trace.layers.length;
    const largest = Math.max(1, ...trace.layers.map(({ activation }) => Math.abs(activation)));
    root.style.setProperty("--depth", String(depth));
    input.value.textContent = formats.plain(chain.input);
    cost.value.textContent = value(trace.cost);
    cost.product.replaceChildren("∂C/∂y = ", value(trace.costSlope));
    for (const end of [input, cost]) drawAxis(end.plot, scale, end === input);
    cost.said.textContent = filled(words.ends_said, {
      output: speak(value(trace.layers[depth - 1].a)),
      cost: speak(value(trace.cost)),
      cost_slope: speak(value(trace.costSlope)),
    });
    for (const [index, view] of layers.entries()) {
      view.root.hidden = index >= depth;
      if (view.root.hidden) continue;
      const layer = trace.layers[index];
      const number = index + 1;
      const texts = {
        h: value(layer.h),
        a: value(layer.a),
        slope: value(layer.slope),
        factor: value(layer.factor),
        product: gradient(layer.product),
        gradient: gradient({ ...layer.gradW, sign: Math.abs(layer.gradW.sign) }),
      };
      const level = Number.isFinite(layer.activation) ? layer.activation / largest : 1;
      view.root.style.setProperty("--level", String(Math.abs(level)));
      view.root.style.setProperty("--at", String(scale.height(layer.gradW.log10)));
      view.root.style.setProperty("--share", String(scale.share(layer.gradW.log10)));
      view.root.dataset.negative = String(layer.a.sign < 0);
      const { spans } = view;
      const lead = number === 1 ? element("var", {}, "x") : indexed("w", number);
      spans.value.textContent = texts.a;
      spans.weight.textContent = formats.weight(chain.weights[index]);
      spans.shape.textContent = symbol;
      spans.h.replaceChildren(indexed("h", number), ` = ${texts.h}`);
      spans.slope.textContent = `${symbol}′ = ${texts.slope}`;
      spans.formula.replaceChildren(lead, ` ${symbol}′(`, indexed("h", number), ")");
      spans.factor.textContent = texts.factor;
      spans.gradient.textContent = texts.gradient;
      view.product.textContent = texts.product;
      drawAxis(view.plot, scale, false);
      const spoken = Object.entries(texts).map(([name, text]) => [name, speak(text)]);
      view.said.textContent = filled(words.layer_said, { number, ...Object.fromEntries(spoken) });
    }
  }
  return { root, draw };
}
