import { add } from "./add.js";

/** Show a number that a button increases. */
export function mount(element, data, page) {
  let count = data.start;
  const button = document.createElement("button");
  const draw = () => {
    button.textContent = `${data.label}: ${count}`;
    button.dataset.link = page.link(`n=${count}`);
  };
  button.addEventListener("click", () => {
    count = add(count, 1);
    draw();
  });
  element.append(button);
  draw();
  return {
    show(state) {
      count = Number(new URLSearchParams(state).get("n"));
      draw();
    },
  };
}
