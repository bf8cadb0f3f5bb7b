// The figures of one image.

function mapCard(title, image, figure, options) {
  if (!figure) return null;
  const label = `${title} of ${image.name}: ${describe(figure, options.unit)}`;
  const picture = figure.map
    ? pixelMap(image.grid, figure.map, {
        pixelSize: image.pixel_size_um,
        format: (value) => decimal(value, 3),
        highest: figure.maximum,
        ...options,
        label,
      })
    : null;
  return card(title, `${describe(figure, options.unit)}.`.replace(/^m/, "M"), picture);
}

// Which positions were measured, from the cells that have a value.
function maskCard(image) {
  const [width, height] = image.pixel_grid_dimensions;
  const positions = image.pixels - image.shared_positions;
  const size = image.pixel_size_um
    ? `, a pixel is ${decimal(image.pixel_size_um[0])} × ${decimal(image.pixel_size_um[1])} µm`
    : "";
  const caption =
    `${count(positions)} of ${count(width)} × ${count(height)} positions measured ` +
    `(${percent(positions / (width * height))})${size}.` +
    (image.shared_positions > 0
      ? ` ${plural(image.shared_positions, "pixel")} lie where another one does.`
      : "") +
    (image.grid.block > 1
      ? ` In maps a cell is the mean of ${image.grid.block} × ${image.grid.block} positions.`
      : "");
  const source = image.total_ion_current?.map ?? image.peaks_per_pixel?.map;
  if (!source) return card("Measured pixels", caption);
  const map = decodeMap(source);
  const canvas = element("canvas", {
    width: image.grid.columns,
    height: image.grid.rows,
    class: "cells",
    role: "img",
    "aria-label": `Mask of measured pixels. ${caption}`,
  });
  const ratio = aspect(image.grid, image.pixel_size_um);
  canvas.style.aspectRatio = String(ratio);
  canvas.style.maxWidth = `min(100%, ${Math.round(320 * ratio)}px)`;
  const holder = drawIn(element("div", { class: "pixelmap mask" }, canvas), () => {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = themeColor("after");
    for (let i = 0; i < map.levels.length; ++i) {
      if (map.levels[i] > 0)
        context.fillRect(i % image.grid.columns, Math.floor(i / image.grid.columns), 1, 1);
    }
  });
  return card("Measured pixels", caption, holder);
}

function overviewSection(image) {
  const maps = [
    maskCard(image),
    mapCard("Total ion current", image, image.total_ion_current, { scale: "viridis" }),
    mapCard("Base peak fraction", image, image.base_peak_fraction, { scale: "viridis" }),
    mapCard("Peaks per pixel", image, image.peaks_per_pixel, { scale: "viridis", unit: "peaks" }),
  ];
  const charts = [
    ["Total ion current", image.total_ion_current, "total ion current"],
    ["Peaks per pixel", image.peaks_per_pixel, "peaks"],
  ]
    .filter(([, figure]) => figure)
    .map(([title, figure, x]) =>
      card(
        `${title}, distribution`,
        `The line is the median.${beyond(figure)}`,
        histogramChart([[figure, "after"]], { x }),
      ),
    );
  return section(
    "image",
    "Image",
    element("div", { class: "grid4" }, maps.filter(Boolean)),
    element("div", { class: "grid2" }, charts),
  );
}

function lagCards(image, part) {
  const names = { low: "Lags, low masses", mid: "Lags, middle masses", high: "Lags, high masses" };
  const title = names[part.part];
  const at = `at m/z ${part.anchor_mz.toFixed(2)}, where a channel is ${decimal(part.channel_ppm, 3)} ppm wide`;
  const map = mapCard(title, image, part.lags, {
    scale: "diverging",
    unit: "channels",
    format: (value) => signed(value),
  });
  const sampled = part.sample_before.count > 0;
  const all = card(
    `${title}, all pixels before alignment`,
    `Measured ${at}.${beyond(part.lags)}`,
    histogramChart([[part.lags, "before"]], { x: "lag (channels)" }),
  );
  const sample = sampled
    ? card(
        `${title}, before and after`,
        `The same ${plural(part.sample_before.count, "sampled pixel")}. ` +
          `Before: ${describe(part.sample_before)}. After: ${describe(part.sample_after)}.`,
        legend([
          ["before", "before"],
          ["after alignment", "after"],
        ]),
        histogramChart(
          [
            [part.sample_before, "before", "before"],
            [part.sample_after, "after", "after"],
          ],
          { x: "lag (channels)" },
        ),
      )
    : null;
  return [map, all, sample].filter(Boolean);
}

function alignmentSection(group, image) {
  if (!image.alignment) return null;
  const reference = group.reference;
  const intro =
    "How far each spectrum's low and high parts lie from the reference spectrum; a lag leads back, so masses " +
    "that are too high have negative lags. " +
    `Lags beyond ${decimal(image.alignment.max_shift_ppm)} ppm count as 0.` +
    (reference
      ? ` The reference is pixel ${count(reference.pixel + 1)} of ${reference.image} ` +
        `(correlation with the average ${decimal(reference.score)}).`
      : "");
  return section(
    "alignment",
    "Alignment",
    element("p", { class: "intro" }, intro),
    image.alignment.parts.map((part) => element("div", { class: "grid3" }, lagCards(image, part))),
  );
}

function imageSections(run, image) {
  const group = run.quality.groups.find((one) => one.number === image.group);
  const ofGroup = run.quality.images.filter((one) => one.group === image.group);
  const spectrum = spectrumCard(group, image);
  return [
    overviewSection(image),
    spectrum ? section("spectra", "Spectra", spectrum) : null,
    alignmentSection(group, image),
    massSection(group, image),
    ionSection(group, image, ofGroup),
    binSection(group),
  ].filter(Boolean);
}
