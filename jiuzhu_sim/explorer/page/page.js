"use strict";
// Sliders over a precomputed grid. Everything is built with textContent and the DOM: no name in
// the data is ever read as HTML. See docs/en/definitions/page_grid.md for the arithmetic.
const D = JSON.parse(document.getElementById("data").textContent);
const T = (key, fields = {}) => D.text[key].replace(/\{(\w+)\}/g, (whole, k) => k in fields ? fields[k] : whole);
const base = D.sliders.map((s) => s.baseline);
const place = [...base];

// --- numbers -------------------------------------------------------------------------------
// One slider after the other: each corner of the cell with its weight.
function partAt(part, count, x) {
  let corners = [[0, 1]];
  part.over.forEach((k, d) => {
    const nodes = part.nodes[d];
    let right = nodes.findIndex((node) => node >= x[k]);
    right = Math.min(Math.max(right, 1), nodes.length - 1);
    const share = (x[k] - nodes[right - 1]) / (nodes[right] - nodes[right - 1]);
    corners = corners.flatMap(([at, weight]) => [
      [at * nodes.length + right - 1, weight * (1 - share)],
      [at * nodes.length + right, weight * share],
    ]).filter(([, weight]) => weight > 0);
  });
  const found = new Array(count).fill(0);
  for (const [at, weight] of corners)
    for (let i = 0; i < count; i++) {
      const value = part.values[at * count + i];
      found[i] += weight * (value === null ? NaN : value);
    }
  return found;
}

function numbersAt(x) {
  const found = {};
  for (const block of D.blocks) {
    const parts = block.parts.map((part) => partAt(part, block.keys.length, x));
    block.keys.forEach((key, i) => {
      found[key] = block.steps[i] * parts.reduce((sum, part, p) => sum + block.parts[p].sign * part[i], 0);
    });
  }
  return found;
}

// What is promised of a number between the points by its kind; at a point it is off by rounding alone.
const kindOf = {}, blockOf = {}, rounding = {};
for (const block of D.blocks) block.keys.forEach((key, i) => {
  kindOf[key] = block.kinds[i];
  blockOf[key] = block;
  rounding[key] = block.steps[i] / 2 * block.parts.length;
});
const statistic = (key) => key.split("|")[2];
// Whether the totals of a place were computed there (a point may have been given another's).
const isNode = (x, block = D.blocks[0]) => block.parts.every((part) => {
  const at = part.over.map((k, d) => part.nodes[d].indexOf(x[k]));
  return !at.includes(-1) && !part.same.includes(at.reduce((point, i, d) => point * part.nodes[d].length + i, 0));
});

// As Python writes numbers: from the exact binary value, true halves to the even digit.
function fixed(value, digits) {
  const scaled = value * 10 ** digits, down = Math.floor(scaled);
  const half = scaled - down === 0.5 && Number.isInteger(value * 1024);
  const shown = half ? ((down % 2 === 0 ? down : down + 1) / 10 ** digits).toFixed(digits) : value.toFixed(digits);
  const [whole, rest] = shown.replace("-", "").split(".");
  const digitsShown = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? `.${rest}` : "");
  return (value < 0 && /[1-9]/.test(shown) ? "−" : "") + digitsShown;
}
// A number with its unit; `signed` for changes; `up` rounds a bound up.
function show(key, value, { signed = false, up = false, bare = false } = {}) {
  if (!Number.isFinite(value)) return "—";
  const unit = D.units[statistic(key)], digits = D.digits[kindOf[key]];
  const plain = unit === "share" ? value * 100 : unit === "money" ? value / D.money.divisor : value;
  const scaled = up ? Math.ceil(plain * 10 ** digits - 1e-9) / 10 ** digits : plain;
  const shown = fixed(scaled, digits);
  const sign = signed && scaled > 0 && /[1-9]/.test(shown) ? "+" : "";
  return sign + shown + (unit === "share" ? "%" : unit === "money" && !bare ? D.money.unit : "");
}

// --- elements ------------------------------------------------------------------------------
function el(name, attributes = {}, ...inside) {
  const svg = ["svg", "rect", "line", "text", "title"].includes(name);
  const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [k, v] of Object.entries(attributes)) if (v !== false) made.setAttribute(k, v);
  made.append(...inside);
  return made;
}
const byId = (id) => document.getElementById(id);
const percent = (part) => `${(100 * part).toFixed(3)}%`;

// --- sliders -------------------------------------------------------------------------------
const inputs = D.sliders.map((s, k) => {
  const range = el("input", { type: "range", id: `range-${k}`, min: s.low, max: s.high, step: s.step, value: s.baseline, "aria-label": `${s.label}（${s.unit}）` });
  const box = el("input", { type: "number", id: `box-${k}`, min: s.low, max: s.high, step: s.step, value: s.baseline });
  const mark = el("span", { class: "mark" }, el("i"), T("now", { value: s.baseline }));
  mark.style.left = `calc(9px + (100% - 18px) * ${(s.baseline - s.low) / (s.high - s.low)})`;
  const ends = el("div", { class: "ends" }, el("span", {}, String(s.low)), mark, el("span", {}, String(s.high)));
  byId("sliders").append(el("div", { class: "slider" },
    el("label", { for: `box-${k}` }, s.label),
    el("div", { class: "box" }, box, el("span", {}, s.unit)),
    el("div", { class: "track" }, range, ends),
    el("p", { class: "basis" }, s.basis)));
  const snap = (v) => {
    const near = s.low + Math.round((v - s.low) / s.step) * s.step;
    return Number(Math.min(Math.max(near, s.low), s.high).toFixed(s.decimals));
  };
  range.addEventListener("input", () => { place[k] = snap(Number(range.value)); box.value = place[k]; later(); });
  box.addEventListener("input", () => {
    const typed = Number(box.value);
    if (box.value === "" || typed < s.low || typed > s.high) return;
    place[k] = snap(typed); range.value = place[k]; later();
  });
  box.addEventListener("change", () => {
    place[k] = box.value === "" ? s.baseline : snap(Number(box.value));
    box.value = range.value = place[k]; later();
  });
  return { range, box };
});
byId("controls").addEventListener("submit", (event) => event.preventDefault());
byId("reset").addEventListener("click", () => {
  D.sliders.forEach((s, k) => { place[k] = s.baseline; inputs[k].range.value = inputs[k].box.value = s.baseline; });
  later();
});
byId("print").addEventListener("click", () => window.print());

// --- charts: baseline grey, scenario blue, losses vermillion --------------------------------
function bars(rows) {
  const most = Math.max(...rows.flatMap((r) => [r.base, r.now]).filter(Number.isFinite), 0) || 1;
  return el("div", { class: "bars", "aria-hidden": "true" }, ...rows.map((r) => {
    const bar = (value, kind) => { const b = el("i", { class: kind }); b.style.width = percent(Math.max(value, 0) / (r.own || most) || 0); return b; };
    return el("div", { class: "row" }, el("span", { class: "name" }, r.label),
      el("span", { class: "pair" }, bar(r.base, "base"), bar(r.now, "new")),
      el("span", { class: "value" }, r.shown), el("small", { class: "value" }, r.change));
  }));
}
function stacked(rows) {
  const whole = el("div", { class: "stack" }, ...rows.map((r, k) => {
    const part = el("i", { class: `band-${k}` }); part.style.width = percent(Math.max(r.now, 0) || 0); return part;
  }));
  const legend = rows.map((r, k) => el("li", {}, el("i", { class: `band-${k}` }), `${r.label} `, el("b", {}, r.shown)));
  return el("div", { "aria-hidden": "true" }, whole, el("ul", { class: "legend" }, ...legend));
}
function columns(rows) {
  const high = Math.max(0, ...rows.map((r) => r.now)), low = Math.min(0, ...rows.map((r) => r.now));
  const span = Math.max(high - low, 1), y = (value) => 20 + 130 * (high - value) / span;
  const parts = rows.flatMap((r, k) => {
    const top = y(Math.max(r.now, 0)), height = Math.abs(y(r.now) - y(0)), x = 10 + 46 * k;
    return [el("rect", { x: x + 6, y: top, width: 32, height, class: r.now < 0 ? "loss" : "new" }),
      el("text", { x: x + 22, y: r.now < 0 ? top + height + 13 : top - 5, "text-anchor": "middle" }, r.shown),
      el("text", { x: x + 22, y: 186, "text-anchor": "middle", class: "soft" }, r.label)];
  });
  return el("svg", { viewBox: "0 0 480 192", "aria-hidden": "true" }, ...parts, el("line", { x1: 10, x2: 470, y1: y(0), y2: y(0) }));
}
function dataTable(names, rows) {
  const head = [T("row"), ...names].map((name) => el("th", { scope: "col" }, name));
  const body = rows.map(([label, ...cells]) => el("tr", {}, el("th", { scope: "row" }, label), ...cells.map((c) => el("td", {}, c))));
  return el("table", { class: "jiuzhu" }, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body));
}
const figures = {};
function figure(name, chart, said, table) {
  if (!figures[name]) {
    const details = el("details", {}, el("summary", {}, T("table")), el("div", { class: "wide" }));
    const chartBox = el("div", { class: "chart" }), caption = el("figcaption");
    byId("figures").append(el("figure", { id: `figure-${name}`, "aria-labelledby": `title-${name}` },
      el("h2", { id: `title-${name}` }, T(`${name}.title`)), chartBox, caption, details));
    figures[name] = { chartBox, caption, tableBox: details.lastChild };
  }
  figures[name].chartBox.replaceChildren(chart);
  figures[name].caption.textContent = said;
  figures[name].tableBox.replaceChildren(table);
}

// --- the page at the present place ----------------------------------------------------------
byId("key").textContent = T("key");
const atBase = numbersAt(base);
let waiting = false;
function later() {
  if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; draw(); }); }
}
function draw() {
  const now = numbersAt(place), node = isNode(place);
  const count = place.filter((x, k) => x !== base[k]).length, moved = count > 0, promised = D.promised[count > 1 ? 1 : 0];
  const bound = (key) => node && key.startsWith("change|") ? T("exact") : T("off", { value: show(key, isNode(place, blockOf[key]) ? rounding[key] : promised[kindOf[key]], { up: true }) });
  const off = (key, signed = true, bare = false) => show(key, now[key] - atBase[key], { signed, bare });
  const pair = (key) => T("moved", { base: show(key, atBase[key]), change: off(key) });
  const gain = "winners_losers|gain|share", loss = "winners_losers|loss|share", poor = "poverty|total|fgt0", gini = "inequality|total|gini";
  const cost = "change|total|cost_y";
  const card = (label, value, under, key) => el("div", { class: "card" }, el("span", {}, label), el("b", {}, value), el("small", {}, under), el("small", { class: "bound" }, bound(key)));
  const rate = atBase[cost] > 0 ? `${now[cost] > atBase[cost] ? "+" : ""}${fixed(100 * (now[cost] / atBase[cost] - 1), 2)}%` : "—";
  byId("cards").replaceChildren(
    card(T("card.cost"), show(cost, now[cost]), T("now", { value: show(cost, atBase[cost]) }), cost),
    card(T("card.cost_change"), off(cost), rate, cost),
    ...["households", "persons"].map((s) => { const key = `change|total|${s}`; return card(T(`card.${s}`), show(key, now[key]), pair(key), key); }),
    card(T("card.winners"), `${show(gain, now[gain])} / ${show(loss, now[loss])}`, T("rest"), gain),
    card(T("card.poverty"), show(poor, now[poor]), pair(poor), poor));

  const said = D.sliders.map((s, k) => [s, place[k]]).filter(([s, x]) => x !== s.baseline)
    .map(([s, x]) => T("change", { label: s.label, value: `${x} ${s.unit}`, now: s.baseline }));
  const scenario = moved ? T("scenario", { changes: said.join(T("and")) }) : T("at_baseline");
  const idle = moved && Object.keys(now).every((key) => !(Math.abs(now[key] - atBase[key]) > 1e-9));
  byId("scenario").textContent = idle ? `${scenario} ${T("no_effect")}` : scenario;
  byId("state").textContent = T(node ? "at_node" : "between");

  const row = (label, key, own) => ({ label, base: atBase[key], now: now[key], shown: show(key, now[key]), change: off(key), key, own });
  const cells = (key) => [show(key, atBase[key], { bare: true }), show(key, now[key], { bare: true }), off(key, true, true)];
  const three = ["base", "new", "difference"];
  const heads = (names) => names.flatMap((s) => three.map((m) => `${T(`stat.${s}`)} · ${T(m)}`.replace("{money}", D.money.unit.trim())));
  const caseload = ["households", "persons", "cost_y"];
  const wholeRows = (table, keys) => keys.map(([label, k]) => [label, ...caseload.flatMap((s) => cells(`${table}|${k}|${s}`))]);
  const named = (keys) => keys.map((key) => [D.labels[key], key]);

  figure("area", bars(named([...D.rows.areas, "total"]).map(([l, k]) => row(l, `change|${k}|cost_y`))),
    T("area.said", { base: show(cost, atBase[cost]), now: show(cost, now[cost]), change: off(cost) }),
    dataTable(heads(caseload), wholeRows("change", named([...D.rows.areas, "total"]))));
  const paid = D.rows.levels.map((level) => row(D.labels[level], `shares|${level}|cost_y`));
  figure("funding", bars(paid),
    T("funding.said", { change: off(cost), county: off("shares|county|cost_y") }) + (D.illustrative ? ` ${T("funding.illustrative")}` : ""),
    dataTable(heads(["cost_y"]), paid.map((r) => [r.label, ...cells(r.key)])));
  if (D.rows.townships.length) {
    const rows = D.rows.townships.map((name) => row(name, `township_change|${name}|cost_y`));
    const shift = (r) => Math.abs(r.now - r.base) || 0, top = rows.reduce((a, b) => shift(b) > shift(a) ? b : a);
    figure("townships", bars(rows), shift(top) > 0 ? T("townships.said", { what: top.label, change: top.change }) : T("townships.none"),
      dataTable(heads(caseload), wholeRows("township_change", D.rows.townships.map((name) => [name, name]))));
  }
  const bands = D.rows.bands.map((band) => row(D.labels[band], `winners_losers|${band}|share`));
  figure("winners", stacked(bands), T("winners.said", { gain: show(gain, now[gain]), loss: show(loss, now[loss]), per: T("per") }),
    dataTable([T("stat.share")], bands.map((r) => [r.label, r.shown])));
  const deciles = [...Array(10).keys()].map((k) => {
    const key = `deciles|${k + 1}|mean_gain_m`;
    return { ...row(T("decile", { n: k + 1 }), key), shown: show(key, now[key]), n: k + 1 };
  });
  figure("deciles", columns(deciles.map((r) => ({ ...r, label: String(r.n) }))),
    T("deciles.said", { first: show(deciles[0].key, deciles[0].now, { signed: true }), last: show(deciles[9].key, deciles[9].now, { signed: true }) }),
    dataTable(["mean_gain_m", "share_gaining", "share_losing"].map((s) => T(`stat.${s}`)),
      deciles.map((r) => [r.label, ...["mean_gain_m", "share_gaining", "share_losing"].map((s) => { const key = `deciles|${r.n}|${s}`; return show(key, now[key]); })])));
  const measures = ["fgt0", "fgt1", "fgt2"].map((s) => `poverty|total|${s}`).concat(gini)
    .map((key) => row(T(`stat.${statistic(key)}`), key, Math.max(now[key], atBase[key]) || 1));
  figure("poverty", bars(measures), T("poverty.said", { base: show(poor, atBase[poor]), now: show(poor, now[poor]), gini_base: show(gini, atBase[gini]), gini: show(gini, now[gini]) }),
    dataTable(three.map((m) => T(m)), measures.map((r) => [r.label, ...cells(r.key)])));
}
draw();
