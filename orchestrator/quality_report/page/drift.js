// Where the masses lie: displacement of sampled pixels before and after alignment, and peaks beside their bins.

function dots(plot, xs, ys, kind, radius, text) {
  const group = shape("g", { class: `dots ${kind}` });
  xs.forEach((x, i) => {
    if (!isNumber(ys[i])) return;
    group.append(
      shape("circle", { cx: plot.toX(x), cy: plot.toY(ys[i]), r: radius }, shape("title", {}, text(i))),
    );
  });
  plot.marks.append(group);
}

// A range around 0 that holds the values.
function around(values, least) {
  const extent = Math.max(least, ...values.filter(isNumber).map(Math.abs)) * 1.08;
  return { low: -extent, high: extent };
}

// Masses of a pixel are too high by this many ppm at the anchor, as its lag says: a lag is the way back.
const displacement = (part) => (lag) => (lag === 0 ? 0 : -lag * part.channel_ppm);

function displacementChart(image, part) {
  const pixels = image.alignment.sampled_pixels;
  const before = part.before.map(displacement(part));
  const after = part.after.map(displacement(part));
  const median = (values) => [...values].map(Math.abs).sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const label =
    `Displacement at m/z ${mass(part.anchor_mz)} of ${plural(pixels.length, "sampled pixel")}: median of the ` +
    `absolute values ${decimal(median(before), 3)} ppm before, ${decimal(median(after), 3)} ppm after alignment`;
  const holder = element("div", { class: "chart" });
  drawIn(holder, (width) => {
    const plot = frame(width, 220, {
      x: { low: 0, high: Math.max(image.pixels, 1), title: "pixel, in file order" },
      y: { ...around([...before, ...after], part.channel_ppm), title: "ppm" },
      label,
    });
    dots(plot, pixels, before, "before", 3, (i) => `pixel ${pixels[i] + 1}: ${signed(before[i])} ppm before`);
    dots(plot, pixels, after, "after", 2.2, (i) => `pixel ${pixels[i] + 1}: ${signed(after[i])} ppm after`);
    holder.replaceChildren(plot.svg);
  });
  return card(
    `Displacement, ${part.part} part (at m/z ${part.anchor_mz.toFixed(2)})`,
    `${label}. One channel is ${decimal(part.channel_ppm, 3)} ppm wide there.`,
    legend([
      ["before", "before"],
      ["after alignment", "after"],
    ]),
    holder,
  );
}

function pixelDeviationCard(image) {
  const { peaks, binned_peaks, sampled_pixels, pixel_medians_ppm, of_pixels_ppm } = image.mass_deviations;
  const holder = element("div", { class: "chart" });
  const label =
    "Median deviation of a pixel's peaks from the masses of their bins, of " +
    `${plural(sampled_pixels.length, "sampled pixel")}: ${describe(of_pixels_ppm, "ppm")}`;
  drawIn(holder, (width) => {
    const plot = frame(width, 220, {
      x: { low: 0, high: Math.max(image.pixels, 1), title: "pixel, in file order" },
      y: { ...around(pixel_medians_ppm, 1e-3), title: "ppm" },
      label,
    });
    dots(
      plot,
      sampled_pixels,
      pixel_medians_ppm,
      "after",
      2.6,
      (i) => `pixel ${sampled_pixels[i] + 1}: ${signed(pixel_medians_ppm[i])} ppm`,
    );
    holder.replaceChildren(plot.svg);
  });
  return card(
    "Peaks beside their bins, by pixel",
    `${label}. ${count(binned_peaks)} of their ${count(peaks)} peaks lie in a bin. ` +
      "The mass of a bin is the mean of its peaks, not a reference: this shows how well pixels " +
      "agree, not how accurate masses are.",
    holder,
  );
}

const MOST_BARS = 150;

function binDeviationCard(group) {
  const measured = group.bins
    .filter((bin) => bin.deviation_ppm)
    .sort((a, b) => b.pixels - a.pixels)
    .slice(0, MOST_BARS);
  if (measured.length === 0) return null;
  measured.sort((a, b) => a.mz - b.mz);
  const ends = measured.flatMap(({ deviation_ppm: { low, high } }) => [low, high]);
  const spread = measured.map(({ deviation_ppm: { low, high } }) => high - low).sort((a, b) => a - b)[
    Math.floor(measured.length / 2)
  ];
  const label =
    `Deviation of sampled peaks from the mass of their bin, for the ${plural(measured.length, "bin")} found in ` +
    `most pixels: the middle 90 % of a bin's peaks span ${decimal(spread, 3)} ppm in the median`;
  const holder = element("div", { class: "chart" });
  drawIn(holder, (width) => {
    const pad = Math.max((measured[measured.length - 1].mz - measured[0].mz) * 0.02, 0.5);
    const plot = frame(width, 220, {
      x: { low: measured[0].mz - pad, high: measured[measured.length - 1].mz + pad, title: "m/z" },
      y: { ...around(ends, 1e-3), title: "ppm" },
      label,
    });
    const bars = shape("g", { class: "whiskers" });
    for (const {
      mz,
      deviation_ppm: { low, high, median, peaks },
    } of measured) {
      const x = plot.toX(mz);
      bars.append(
        shape(
          "g",
          {},
          shape(
            "title",
            {},
            `m/z ${mass(mz)}, ${plural(peaks, "sampled peak")}: median ${signed(median)} ppm, ` +
              `90 % from ${signed(low)} to ${signed(high)} ppm`,
          ),
          shape("line", { x1: x, x2: x, y1: plot.toY(low), y2: plot.toY(high) }),
          shape("circle", { cx: x, cy: plot.toY(median), r: 2.2 }),
        ),
      );
    }
    plot.marks.append(bars);
    holder.replaceChildren(plot.svg);
  });
  return card(
    "Peaks beside their bins, by mass",
    `${label}. Dots are medians, bars go from the 5 % to the 95 % quantile.`,
    holder,
  );
}

function calibrationSection(run) {
  const calibrations = run.calibration ?? [];
  if (calibrations.length === 0) return null;
  const row = (pair) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, pair.name),
      [
        mass(pair.reference),
        mass(pair.measured),
        signed(pair.residual_before_ppm),
        signed(pair.residual_after_ppm),
      ].map((text) => element("td", {}, text)),
    );
  return section(
    "calibration",
    "Mass calibration",
    calibrations.map((one) =>
      card(
        calibrations.length > 1 ? `Group ${one.group}` : null,
        `Method: ${one.method}. Root mean square of the residuals: ` +
          `${decimal(one.rms_before_ppm, 3)} ppm before, ${decimal(one.rms_after_ppm, 3)} ppm after calibration.`,
        element(
          "div",
          { class: "scroller", tabindex: "0" },
          element(
            "table",
            {},
            element(
              "thead",
              {},
              element(
                "tr",
                {},
                ["Reference", "Reference m/z", "Measured m/z", "Before (ppm)", "After (ppm)"].map((text) =>
                  element("th", { scope: "col" }, text),
                ),
              ),
            ),
            element("tbody", {}, one.pairs.map(row)),
          ),
        ),
      ),
    ),
  );
}

function massSection(group, image) {
  const sampled = image.alignment?.sampled_pixels?.length > 0;
  const cards = [
    sampled ? image.alignment.parts.map((part) => displacementChart(image, part)) : [],
    image.mass_deviations ? [pixelDeviationCard(image), binDeviationCard(group)] : [],
  ]
    .flat()
    .filter(Boolean);
  if (cards.length === 0) return null;
  const intro = sampled
    ? element(
        "p",
        { class: "intro" },
        "Positive: masses measured too high. Displacements are lags found by cross-correlation with the " +
          "reference spectrum, " +
          "converted to ppm at the anchor; those after alignment were measured anew in the " +
          "preprocessed spectra of the same pixels.",
      )
    : null;
  return section("masses", "Mass drift", intro, element("div", { class: "grid2" }, cards));
}
