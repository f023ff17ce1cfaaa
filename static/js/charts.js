// Draws what a canvas says in its data-chart. Nothing is told by colour alone: what is late is hatched,
// limits are dashed, a point beyond them is a large diamond. The table beside carries the numbers.
// Nothing moves: a chart that grows tells nothing, and disturbs those who asked for less motion.
(() => {
  "use strict";

  const INK = "#1b2523";
  const SOFT = "#55615d";
  const GRID = "#d9d2c3";
  const PINE = "#0f5f55";
  const SEAL = "#a61b1b";

  function hatch(colour) {
    const tile = document.createElement("canvas");
    tile.width = 8;
    tile.height = 8;
    const pen = tile.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = colour;
    pen.lineWidth = 2.5;
    pen.beginPath();
    for (const [x, y] of [[-2, 2], [0, 8], [6, 10]]) {
      pen.moveTo(x, y);
      pen.lineTo(x + (y === 8 ? 8 : 4), y === 8 ? 0 : y - 4);
    }
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  }

  // The dashed line between the last bar on time and the first late one.
  function limitLine(at, words) {
    return {
      id: "limit",
      afterDatasetsDraw(chart) {
        const { ctx, chartArea, scales } = chart;
        const step = scales.x.getPixelForValue(1) - scales.x.getPixelForValue(0);
        const x = scales.x.getPixelForValue(at) - step / 2;
        ctx.save();
        ctx.strokeStyle = INK;
        ctx.lineWidth = 2;
        ctx.setLineDash([6, 4]);
        ctx.beginPath();
        ctx.moveTo(x, chartArea.top);
        ctx.lineTo(x, chartArea.bottom);
        ctx.stroke();
        ctx.fillStyle = INK;
        ctx.font = `600 13px ${Chart.defaults.font.family}`;
        const isNearEnd = x > chartArea.right - 70;
        ctx.textAlign = isNearEnd ? "right" : "left";
        ctx.fillText(words, x + (isNearEnd ? -5 : 5), chartArea.top + 12);
        ctx.restore();
      },
    };
  }

  function axes(words, y) {
    const title = (text) => ({ display: true, text, color: SOFT });
    return {
      x: { title: title(words.x), grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 12 } },
      y: { beginAtZero: true, title: title(words.y), grid: { color: GRID }, ticks: { precision: 0 }, ...y },
    };
  }

  function bars(told) {
    const { words } = told;
    const firstLate = told.late.indexOf(true);
    const pick = (late) => told.values.map((value, index) => (told.late[index] === late ? value : null));
    const series = (label, values, colour, fill) => ({
      label, data: values, backgroundColor: fill, borderColor: colour, borderWidth: 1.5, grouped: false,
      categoryPercentage: 0.95, barPercentage: 0.95,
    });
    return {
      type: "bar",
      data: {
        labels: told.labels,
        datasets: [
          series(words.within, pick(false), PINE, PINE),
          series(words.late, pick(true), SEAL, hatch(SEAL)),
        ],
      },
      options: { scales: axes(words, {}) },
      plugins: words.line && firstLate > 0 ? [limitLine(firstLate, words.line)] : [],
    };
  }

  function control(told) {
    const { words } = told;
    const line = (label, data, more) => ({
      label, data, borderColor: SOFT, backgroundColor: SOFT, borderWidth: 1.5, pointRadius: 0, pointHitRadius: 0,
      pointStyle: "line", clip: false, ...more,
    });
    const stepped = { stepped: "middle", borderDash: [3, 3], spanGaps: true };
    const shape = (beyond, inside) => told.beyond.map((one) => (one ? beyond : inside));
    const hasLimits = told.upper.some((value) => value !== null);
    const limits = hasLimits
      ? [line(words.limit, told.upper, stepped), line(words.limit, told.lower, { ...stepped, isSecond: true })]
      : [];
    return {
      type: "line",
      data: {
        labels: told.labels,
        datasets: [
          line(words.share, told.share, {
            borderColor: PINE, backgroundColor: shape(SEAL, "#fff"), borderWidth: 2.5, spanGaps: true, pointHitRadius: 12,
            pointBorderColor: shape(SEAL, PINE), pointBorderWidth: 2,
            pointStyle: shape("rectRot", "circle"), pointRadius: shape(9, 4), pointHoverRadius: shape(10, 6),
          }),
          line(words.centre, told.labels.map(() => told.centre), { borderDash: [12, 4] }),
          ...limits,
        ],
      },
      options: { scales: axes(words, { beginAtZero: false, suggestedMax: 100, max: 100 }) },
      plugins: [],
    };
  }

  // Rows with a bar for each month, told apart by their filling too.
  function grouped(told) {
    const { words } = told;
    const looks = [[PINE, PINE], [SEAL, hatch(SEAL)], [INK, "#fff"], [INK, hatch(INK)]];
    const datasets = told.series.map(({ name, values }, index) => {
      const [colour, fill] = looks[index % looks.length];
      return { label: name, data: values, backgroundColor: fill, borderColor: colour, borderWidth: 1.5 };
    });
    const { x, y } = axes(words, {});
    const most = innerWidth < 768 ? 8 : 22;
    const short = (text) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
    const names = { autoSkip: false, callback: (_value, index) => short(told.labels[index]) };
    const scales = { x: { ...y, title: x.title }, y: { grid: { display: false }, ticks: names } };
    return {
      type: "bar",
      data: { labels: told.labels, datasets },
      options: { indexAxis: "y", scales },
      plugins: [],
    };
  }

  // A legend in which each line looks as it does in the chart.
  const LINES = {
    color: INK,
    usePointStyle: true,
    pointStyleWidth: 34,
    filter: (item, told) => !told.datasets[item.datasetIndex].isSecond,
    generateLabels: (chart) =>
      Chart.defaults.plugins.legend.labels.generateLabels(chart).map((item) => {
        const { borderColor, borderDash = [], borderWidth } = chart.data.datasets[item.datasetIndex];
        return { ...item, pointStyle: "line", strokeStyle: borderColor, lineDash: borderDash, lineWidth: borderWidth };
      }),
  };
  const KINDS = { bars, control, grouped };

  function draw(canvas) {
    const told = JSON.parse(canvas.dataset.chart);
    const plan = KINDS[told.kind](told);
    plan.options.responsive = true;
    plan.options.maintainAspectRatio = false;
    plan.options.animation = false;
    plan.options.plugins = {
      legend: {
        position: "bottom",
        labels: told.kind === "control" ? LINES : { color: INK },
      },
    };
    canvas.hidden = false;
    new Chart(canvas, plan);
    canvas.dataset.drawn = "";
  }

  document.addEventListener("DOMContentLoaded", () => {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 13;
    Chart.defaults.color = INK;
    document.querySelectorAll("canvas[data-chart]").forEach(draw);
  });
})();
