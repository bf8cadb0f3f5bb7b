// The page's theme, and the colours of maps.

const systemTheme = window.matchMedia("(prefers-color-scheme: dark)");
let chosenTheme = null; // "light", "dark"; null: as the system has it
const themeListeners = [];

const theme = () => chosenTheme ?? (systemTheme.matches ? "dark" : "light");
const themeColor = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function applyTheme() {
  if (chosenTheme === null) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosenTheme;
  const control = document.getElementById("theme");
  control.setAttribute("aria-pressed", String(theme() === "dark"));
  control.textContent = theme() === "dark" ? "Light theme" : "Dark theme";
  for (const listener of themeListeners) listener();
}

// `file:///.../report.html#dark` opens in that theme: for links, and for pictures of the page.
function setUpTheme() {
  if (["#dark", "#light"].includes(location.hash)) chosenTheme = location.hash.slice(1);
  document.getElementById("theme").addEventListener("click", () => {
    chosenTheme = theme() === "dark" ? "light" : "dark";
    applyTheme();
  });
  systemTheme.addEventListener("change", applyTheme);
  applyTheme();
}

// Colours between the given ones, as 256 triples. Viridis, sampled.
function ramp(stops) {
  const colors = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; ++i) {
    const at = (i / 255) * (stops.length - 1);
    const from = Math.min(Math.floor(at), stops.length - 2);
    for (let c = 0; c < 3; ++c) {
      colors[3 * i + c] = Math.round(stops[from][c] + (stops[from + 1][c] - stops[from][c]) * (at - from));
    }
  }
  return colors;
}

const hex = (text) => [0, 2, 4].map((at) => parseInt(text.slice(at, at + 2), 16));
const VIRIDIS = ramp(
  [
    "440154",
    "482475",
    "414487",
    "355f8d",
    "2a788e",
    "21918c",
    "22a884",
    "44bf70",
    "7ad151",
    "bddf26",
    "fde725",
  ].map(hex),
);
// Blue below 0, orange above; 0 recedes into the page.
const DIVERGING = {
  light: ramp(["08458a", "2f7fbc", "86b9dc", "f2f2f0", "f0ab6b", "d8701b", "8f3b00"].map(hex)),
  dark: ramp(["9fd3ff", "4b9fe0", "245f95", "30353c", "96541d", "dd8230", "ffcb8f"].map(hex)),
};

function colorsOf(scale) {
  return scale === "diverging" ? DIVERGING[theme()] : VIRIDIS;
}

function cssColor(colors, share) {
  const at = 3 * Math.round(clamp(share, 0, 1) * 255);
  return `rgb(${colors[at]},${colors[at + 1]},${colors[at + 2]})`;
}
