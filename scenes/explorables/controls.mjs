/** A slider with a number field, which accepts any number in its range. */

import { element } from "./dom.mjs";

/**
 * Numbers of the slider, and those of the field if it takes more.
 * @typedef {{low: number, high: number, step: number, least?: number, most?: number}} Range
 */

/**
 * Return a slider and a field of the same number, and a function that shows a value.
 * @param {(Node | string)[]} symbol shown label
 * @param {string} name label for screen readers
 * @param {Range} range
 * @param {import("./numbers.mjs").Formats} formats
 * @param {(value: number) => void} onChange
 * @param {(range: {name: string, low: number, high: number} | null) => void} onProblem
 */
export function numberControl(symbol, name, range, formats, onChange, onProblem) {
  const { low, high, step, least = low, most = high } = range;
  const label = element("span", { class: "chain-symbol", "aria-hidden": "true" }, ...symbol);
  // Without inputmode="decimal": the keypad of iOS for it has no minus sign.
  const field = element("input", { type: "text", "aria-label": name, autocomplete: "off" });
  const limits = { min: String(low), max: String(high), step: String(step) };
  const slider = element("input", { type: "range", "aria-label": name, ...limits });

  /** @param {number} value */
  function set(value) {
    slider.value = String(value);
    slider.setAttribute("aria-valuetext", formats.speak(formats.plain(value)));
    if (document.activeElement !== field) field.value = formats.plain(value);
    field.removeAttribute("aria-invalid");
  }
  function read() {
    const value = formats.parse(field.value);
    const valid = value >= least && value <= most && (step < 1 || Number.isInteger(value));
    onProblem(valid ? null : { name, low: least, high: most });
    if (valid) onChange(value);
    else field.setAttribute("aria-invalid", "true");
  }
  slider.addEventListener("input", () => onChange(Number(slider.value)));
  field.addEventListener("change", read);
  return { element: element("div", { class: "chain-control" }, label, field, slider), set };
}

/**
 * Return a select with its label, and a function that shows a value.
 * @param {string} label
 * @param {Record<string, string>} options texts by value
 * @param {(value: string) => void} onChange
 */
export function selection(label, options, onChange) {
  const entries = Object.entries(options).map(([value, text]) => element("option", { value }, text));
  const select = element("select", {}, ...entries);
  select.addEventListener("change", () => onChange(select.value));
  return { element: element("label", { class: "chain-field" }, label, select), select };
}
