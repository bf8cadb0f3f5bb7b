// Pictures of an image: one cell a pixel of a canvas, enlarged by the browser.

// `grid` places the cells, `map` has their levels; `options`: scale, unit, format, label.
function drawCells(canvas, map, colors) {
  const context = canvas.getContext("2d");
  const picture = context.createImageData(canvas.width, canvas.height);
  const shade = 255 / map.top;
  for (let i = 0; i < map.levels.length; ++i) {
    const level = map.levels[i];
    if (level === 0) continue;
    const at = 3 * Math.round((level - 1) * shade);
    picture.data[4 * i] = colors[at];
    picture.data[4 * i + 1] = colors[at + 1];
    picture.data[4 * i + 2] = colors[at + 2];
    picture.data[4 * i + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}

function colorBar(map, options) {
  const canvas = element("canvas", { width: 256, height: 1, "aria-hidden": "true" });
  const paint = () => {
    const colors = colorsOf(options.scale);
    const context = canvas.getContext("2d");
    for (let i = 0; i < 256; ++i) {
      context.fillStyle = cssColor(colors, i / 255);
      context.fillRect(i, 0, 1, 1);
    }
  };
  const ends = options.scale === "diverging" ? [map.low, 0, map.high] : [map.low, map.high];
  const texts = ends.map((value) => element("span", {}, options.format(value)));
  if (options.highest > map.high * 1.0001) texts[texts.length - 1].prepend("≥ ");
  return {
    bar: element("div", { class: "colorbar" }, canvas, element("div", { class: "colorbar-ends" }, texts)),
    paint,
  };
}

// What lies under the pointer, in words.
function cellText(grid, map, options, column, row) {
  const level = map.levels[row * grid.columns + column];
  const x = grid.min_x + column * grid.block;
  const y = grid.min_y + row * grid.block;
  const place =
    grid.block === 1 ? `x ${x}, y ${y}` : `x ${x}–${x + grid.block - 1}, y ${y}–${y + grid.block - 1}`;
  if (level === 0) return `${place}: no pixel`;
  return `${place}: ${options.format(map.value(level))} ${options.unit ?? ""}`;
}

// The width over the height of the picture as it lies on the sample.
function aspect(grid, pixelSize) {
  const ratio = pixelSize ? pixelSize[0] / pixelSize[1] : 1;
  return clamp((grid.columns * ratio) / grid.rows, 0.05, 40);
}

function pixelMap(grid, packed, options) {
  const map = decodeMap(packed);
  const canvas = element("canvas", {
    width: grid.columns,
    height: grid.rows,
    class: "cells",
    role: "img",
    "aria-label": options.label,
  });
  const shape_ = aspect(grid, options.pixelSize);
  canvas.style.aspectRatio = String(shape_);
  canvas.style.maxWidth = `min(100%, ${Math.round((options.maxHeight ?? 320) * shape_)}px)`;
  const readout = element("output", { class: "readout" }, " ");
  const bar = colorBar(map, options);
  const paint = () => {
    drawCells(canvas, map, colorsOf(options.scale));
    bar.paint();
  };
  canvas.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect();
    const column = clamp(
      Math.floor(((event.clientX - box.left) / box.width) * grid.columns),
      0,
      grid.columns - 1,
    );
    const row = clamp(Math.floor(((event.clientY - box.top) / box.height) * grid.rows), 0, grid.rows - 1);
    readout.textContent = cellText(grid, map, options, column, row);
  });
  canvas.addEventListener("pointerleave", () => {
    readout.textContent = " ";
  });
  const figure = element("div", { class: "pixelmap" }, canvas, bar.bar, readout);
  return drawIn(figure, (width) => {
    if (width > 0) paint();
  });
}
