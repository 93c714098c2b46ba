/** How a report looks: the reader's own fonts, light or dark as their system is, one column on a phone, ink alone in print. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --field: #f5f6f8; --ink: #16181d; --ink-soft: #565b66; --line: #d9dce2;
  --first: #1f55c4; --second: #b3470b; --third: #1c7a4a; --fourth: #8436a8; --mark: #ffe9a8; --heat: #1f55c4; }
@media (prefers-color-scheme: dark) { :root { --paper: #14161a; --field: #1d2026; --ink: #eceef2; --ink-soft: #a8aebb; --line: #383d48;
  --first: #8fb4ff; --second: #ffac6b; --third: #7fd9a8; --fourth: #d7a6f0; --mark: #5c4a10; --heat: #5d87e0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 80rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 3rem 0 .75rem; padding-top: .75rem; border-top: 2px solid var(--line); }
h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
h4, h5 { font-size: 1rem; margin: 1rem 0 .25rem; }
p, dd, li { max-width: 46rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; padding: 0; }
a { color: var(--first); }
.soft, cite { color: var(--ink-soft); }
.range { white-space: nowrap; }
.verdict { font-size: 1.1rem; font-weight: 600; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem; margin: 1.25rem 0; }
.tile { background: var(--field); border-radius: .5rem; padding: .75rem 1rem; }
.tile b { display: block; font-size: 1.5rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
figure { display: grid; grid-template-columns: minmax(0, 27rem) minmax(0, 1fr); gap: .5rem 2rem; align-items: start; margin: 1rem 0 2rem; }
figcaption { grid-column: 1 / -1; font-weight: 600; }
figure .plot { font-size: 12px; width: 100%; height: auto; max-width: 29rem; overflow: visible; }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 .5rem; padding: 0; list-style: none; }
.key svg { width: .8rem; height: .8rem; margin-right: .35rem; }
.scroll { overflow-x: auto; min-width: 0; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: start; color: var(--ink-soft); padding-bottom: .25rem; }
th, td { text-align: start; vertical-align: baseline; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
thead th { color: var(--ink-soft); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; min-width: 5.5rem; }
.n { text-align: end; }
td.n { white-space: nowrap; }
small { display: block; color: var(--ink-soft); font-size: .86em; }
.heat { display: inline-block; padding: 0 .4rem; border-radius: .2rem; background: color-mix(in srgb, var(--heat) calc(55% * var(--share)), transparent); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 1rem 2rem; }
.overlaps { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(42rem, 100%), 1fr)); gap: 1rem 2rem; }
.example { background: var(--field); border-radius: .5rem; padding: .25rem 1rem; margin: 1rem 0; overflow-wrap: anywhere; }
mark { background: var(--mark); color: inherit; padding: 0 .2em; }
dt { font-weight: 600; }
dd { margin: 0 0 .6rem; }
footer { padding: 2rem 1.25rem 3rem; }
code { font-size: .9em; overflow-wrap: anywhere; }
@media (max-width: 60rem) { figure { grid-template-columns: minmax(0, 1fr); } }
@page { margin: 14mm; }
@media print {
  :root { --paper: #fff; --field: #fff; --ink: #000; --ink-soft: #333; --line: #aaa; --first: #1f55c4; --second: #b3470b; --third: #1c7a4a;
    --fourth: #8436a8; --mark: #eee; --heat: #999; }
  body { font-size: 10pt; }
  header, main, footer { max-width: none; padding: 0; }
  nav { display: none; }
  figure, .pair:has(table), .overlaps { grid-template-columns: minmax(0, 1fr); }
  figure .plot { max-width: 12cm; }
  .scroll { overflow: visible; }
  table { font-size: 7.5pt; }
  th, td { padding: .1rem .3rem; }
  h2, h3, h4, figcaption, caption { break-after: avoid; }
  tr, .scroll, .picture, .example, .tile { break-inside: avoid; }
  * { print-color-adjust: exact; }
}
`
