// Histograms of one distribution, or of two with the same bars.

const barLabel = (histogram, bar) => {
  const width = (histogram.high - histogram.low) / histogram.counts.length;
  return [histogram.low + bar * width, histogram.low + (bar + 1) * width];
};

function drawBars(plot, histogram, series, outlined) {
  const group = shape("g", { class: `${series}${outlined ? " outlined" : ""}` });
  histogram.counts.forEach((number, bar) => {
    if (number === 0) return;
    const [low, high] = barLabel(histogram, bar);
    const left = plot.toX(low);
    const top = plot.toY(number);
    const box = shape(
      "rect",
      {
        x: left + 0.5,
        y: top,
        width: Math.max(plot.toX(high) - left - 1, 1),
        height: Math.max(plot.inner.bottom - top, 1),
      },
      shape("title", {}, `${decimal(low)} to ${decimal(high)}: ${count(number)}`),
    );
    group.append(box);
  });
  plot.marks.append(group);
}

function drawMedian(plot, median, histogram) {
  if (median < histogram.low || median > histogram.high) return;
  const at = plot.toX(median);
  plot.marks.append(
    shape("line", { x1: at, x2: at, y1: plot.inner.top, y2: plot.inner.bottom, class: "median" }),
  );
}

// `series`: [[distribution, class, name], ...]; options: title of the x axis, of the y axis, height, median.
function histogramChart(series, options) {
  const histograms = series.map(([distribution]) => distribution.histogram);
  const highest = Math.max(1, ...histograms.flatMap((histogram) => histogram.counts));
  const summary = series
    .map(([distribution, , name]) => `${name ? `${name}: ` : ""}${describe(distribution, options.unit)}`)
    .join("; ");
  const holder = element("div", { class: "chart" });
  drawIn(holder, (width) => {
    const plot = frame(width, options.height ?? 190, {
      x: { low: histograms[0].low, high: histograms[0].high, title: options.x },
      y: { low: 0, high: highest * 1.05, title: options.y ?? "pixels" },
      label: `Histogram. ${summary}`,
    });
    series.forEach(([distribution, kind], i) => drawBars(plot, distribution.histogram, kind, i > 0));
    if (series.length === 1) drawMedian(plot, series[0][0].quartiles[1], histograms[0]);
    holder.replaceChildren(plot.svg);
  });
  return holder;
}

function describe(distribution, unit = "") {
  const [q1, q2, q3] = distribution.quartiles;
  const tail = unit ? ` ${unit}` : "";
  return (
    `median ${decimal(q2)}${tail} (quartiles ${decimal(q1)} to ${decimal(q3)}), ` +
    `from ${decimal(distribution.minimum)} to ${decimal(distribution.maximum)}`
  );
}

function beyond(distribution) {
  const { above, below } = distribution.histogram;
  return above + below > 0 ? ` ${plural(above + below, "pixel")} beyond the drawn range.` : "";
}
