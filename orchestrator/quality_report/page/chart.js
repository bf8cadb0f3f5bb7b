// Charts that are drawn anew when their width or the theme changes.

const redraws = new Map(); // container -> draw
// In the next frame: drawing changes heights, which an observer must not while it reports them.
const widths = new ResizeObserver((entries) => {
  requestAnimationFrame(() => {
    for (const entry of entries) redraws.get(entry.target)?.();
  });
});
themeListeners.push(() => {
  for (const draw of redraws.values()) draw();
});

// `draw(width)` fills the container, whenever there is reason to. Hidden containers wait until they are seen.
function drawIn(container, draw) {
  let drawnWidth = 0;
  let drawnTheme = "";
  redraws.set(container, () => {
    const width = Math.floor(container.clientWidth);
    if (width < 20 || (width === drawnWidth && theme() === drawnTheme)) return;
    drawnWidth = width;
    drawnTheme = theme();
    draw(width);
  });
  widths.observe(container);
  return container;
}

function forget(root) {
  for (const container of [...redraws.keys()]) {
    if (!root.contains(container)) continue;
    redraws.delete(container);
    widths.unobserve(container);
  }
}

const longestLabel = ({ values, label }) => Math.max(...values.map((value) => label(value).length));

// Where values lie on the screen: `low` at `from`, `high` at `to`; in the middle where there is no range.
function placing(low, high, from, to) {
  if (!(high > low)) return () => (from + to) / 2;
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

// A frame with two linear axes. Returns the group to draw into and the mappings from values to places.
function frame(width, height, { x, y, label }) {
  const bottom = 38;
  const top = 8;
  const side = ticks(y.low, y.high, Math.max((height - top - bottom) / 40, 2));
  const left = 26 + 7 * longestLabel(side);
  const across = ticksAcross(x.low, x.high, width - left - 12);
  const right = Math.max(12, 3.5 * longestLabel(across));
  const inner = { left, right: width - right, top, bottom: height - bottom };
  const svg = shape("svg", {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": label,
  });
  const toX = placing(x.low, x.high, inner.left, inner.right);
  const toY = placing(y.low, y.high, inner.bottom, inner.top);
  drawSideAxis(svg, inner, y.title, side, toY);
  drawBottomAxis(svg, inner, x.title, across, toX, height);
  const marks = shape("g");
  svg.append(marks);
  return { svg, marks, toX, toY, inner };
}

function drawSideAxis(svg, inner, title, { values, label }, toY) {
  for (const value of values) {
    const at = toY(value);
    svg.append(shape("line", { x1: inner.left, x2: inner.right, y1: at, y2: at, class: "grid" }));
    svg.append(
      shape("text", { x: inner.left - 6, y: at + 4, class: "tick", "text-anchor": "end" }, label(value)),
    );
  }
  const middle = (inner.top + inner.bottom) / 2;
  svg.append(
    shape(
      "text",
      {
        x: 11,
        y: middle,
        class: "axis-title",
        "text-anchor": "middle",
        transform: `rotate(-90 11 ${middle})`,
      },
      title,
    ),
  );
}

function drawBottomAxis(svg, inner, title, { values, label }, toX, height) {
  svg.append(
    shape("line", { x1: inner.left, x2: inner.right, y1: inner.bottom, y2: inner.bottom, class: "axis" }),
  );
  for (const value of values) {
    const at = toX(value);
    svg.append(shape("line", { x1: at, x2: at, y1: inner.bottom, y2: inner.bottom + 4, class: "axis" }));
    svg.append(
      shape("text", { x: at, y: inner.bottom + 16, class: "tick", "text-anchor": "middle" }, label(value)),
    );
  }
  svg.append(
    shape(
      "text",
      { x: (inner.left + inner.right) / 2, y: height - 4, class: "axis-title", "text-anchor": "middle" },
      title,
    ),
  );
}

function legend(entries) {
  return element(
    "ul",
    { class: "legend" },
    entries.map(([name, series]) =>
      element("li", {}, element("span", { class: `swatch ${series}`, "aria-hidden": "true" }), name),
    ),
  );
}
