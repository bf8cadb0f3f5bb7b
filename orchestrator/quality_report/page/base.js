// Elements, numbers, ticks: what every part of the page uses.

const errors = [];
window.addEventListener("error", (event) => {
  errors.push(event.message);
  document.documentElement.dataset.errors = errors.join("\n");
});

const SVG = "http://www.w3.org/2000/svg";

function append(parent, children) {
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) parent.append(child);
  }
  return parent;
}

// Text from the data only ever becomes text: nothing here parses markup.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  return append(made, children);
}

function shape(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return append(made, children);
}

function button(label, onClick, attributes = {}) {
  const made = element("button", { type: "button", class: "button", ...attributes }, label);
  made.addEventListener("click", onClick);
  return made;
}

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const integers = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

function count(value) {
  return integers.format(value);
}

// Four significant digits, as a person would write them.
function decimal(value, digits = 4) {
  if (!isNumber(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [mantissa, exponent] = value.toExponential(Math.min(digits - 1, 2)).split("e");
    return `${Number(mantissa)}e${Number(exponent)}`.replace("-", "−");
  }
  if (size >= 1e4) return count(value).replace("-", "−");
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

const mass = (value) => value.toFixed(4);
const signed = (value, digits = 3) => (value > 0 ? "+" : "") + decimal(value, digits);
const percent = (share) => `${decimal(100 * share, 3)} %`;

function bytes(value) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let unit = 0;
  while (value >= 1023.95 && unit + 1 < units.length) {
    value /= 1024;
    ++unit;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

function duration(seconds) {
  if (!isNumber(seconds)) return "–";
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.995) return `${seconds.toFixed(2)} s`;
  const whole = Math.round(seconds);
  const two = (number) => String(number).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
const sum = (values) => values.reduce((total, value) => total + value, 0);
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// Round numbers within [low, high], about `wanted` of them, and how to write them.
function ticks(low, high, wanted) {
  if (!(high > low)) return { values: [low], label: (value) => decimal(value) };
  const rough = (high - low) / Math.max(wanted, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.7);
  const values = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i) values.push(i * step);
  return { values, label: tickLabel(step, Math.max(Math.abs(low), Math.abs(high))) };
}

// As many as stand side by side in `width` screen pixels.
function ticksAcross(low, high, width) {
  for (let wanted = Math.floor(width / 45); wanted > 1; --wanted) {
    const found = ticks(low, high, wanted);
    const longest = Math.max(...found.values.map((value) => found.label(value).length));
    if (found.values.length * (longest * 7 + 18) <= width) return found;
  }
  return ticks(low, high, 1);
}

function tickLabel(step, largest) {
  if (largest >= 1e6 || (largest > 0 && largest < 1e-3)) {
    const exponent = Math.floor(Math.log10(largest));
    const digits = clamp(exponent - Math.floor(Math.log10(step) + 1e-9), 0, 4);
    return (value) =>
      (value === 0 ? "0" : `${(value / 10 ** exponent).toFixed(digits)}e${exponent}`).replace(/-/g, "−");
  }
  if (largest >= 1e4) return (value) => decimal(value);
  const digits = clamp(-Math.floor(Math.log10(step) + 1e-9), 0, 8);
  return (value) => (value === 0 ? 0 : value).toFixed(digits).replace("-", "−");
}

function section(id, title, ...children) {
  return element(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    element("h2", { id: `${id}-title` }, title),
    ...children,
  );
}

function card(title, caption, ...children) {
  return element(
    "div",
    { class: "card" },
    title ? element("h3", {}, title) : null,
    ...children,
    caption ? element("p", { class: "caption" }, caption) : null,
  );
}
