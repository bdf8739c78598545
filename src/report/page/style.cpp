#include "report/page/style.hpp"

namespace ersatz::report {

std::string_view page_style() {
  return R"(
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d1d9e0; --soft: #f6f8fa;
  --grid: #e6e9ec; --link: #0550ae; --heat: #0072b2; --warn: #fff4dc; --warn-edge: #9a6700; --say: #eaf3fa;
  --blue: #0072b2; --red: #d55e00; --green: #007a5a; --ochre: #a06a00; --violet: #a8558a; --teal: #2f86b8; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --ink: #e6e9ec; --faint: #a3adb8; --line: #3a424b;
  --soft: #1d2126; --grid: #2b3138; --link: #79b8ff; --heat: #1d8fd6; --warn: #33280f; --warn-edge: #e6a700;
  --say: #12283a; --blue: #56b4e9; --red: #ff8f4a; --green: #2fc49a; --ochre: #e6a700; --violet: #df8fc0;
  --teal: #8fd0f5; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1em; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { font: 16px/1.55 system-ui, "DejaVu Sans", Verdana, Helvetica, sans-serif; color: var(--ink);
  background: var(--paper); max-width: 1120px; margin: 0 auto; padding: 1.5em 1em 4em; overflow-wrap: break-word; }
h1 { font-size: 1.7em; line-height: 1.2; margin: .2em 0 .3em; }
h2 { font-size: 1.25em; margin: 2.4em 0 .3em; padding-top: .8em; border-top: 1px solid var(--line); }
h3 { font-size: 1em; margin: 1.4em 0 .3em; }
p { margin: .4em 0; } a { color: var(--link); }
.small { color: var(--faint); font-size: .88em; }
.read { color: var(--faint); font-size: .92em; max-width: 48em; }
.read b { font-weight: 600; color: var(--ink); }
.warning { background: var(--warn); border-left: 4px solid var(--warn-edge); padding: .4em .9em; }
.answer { background: var(--say); border-left: 4px solid var(--heat); padding: .6em 1em .6em 2.2em; margin: .8em 0; }
.answer li { margin: .5em 0; }
nav ol { display: grid; grid-template-columns: repeat(auto-fill, minmax(14em, 1fr)); gap: .2em 1em; list-style: none;
  padding: 0; margin: .8em 0; }
.wide { overflow-x: auto; margin: .6em 0; }
.wide:focus-visible, button:focus-visible, summary:focus-visible, a:focus-visible { outline: 3px solid var(--heat); }
table { border-collapse: collapse; font-size: .9em; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .3em 0; }
th, td { padding: .3em .7em; text-align: left; vertical-align: top; border-bottom: 1px solid var(--grid); }
thead th { border-bottom: 1px solid var(--faint); font-weight: 600; vertical-align: bottom; }
.sortable td:first-child { white-space: nowrap; }
tbody th { font-weight: 400; } .number { text-align: right; white-space: nowrap; }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer;
  text-align: inherit; }
th button::after { content: " \2195"; color: var(--faint); }
th[aria-sort=ascending] button::after { content: " \2191"; }
th[aria-sort=descending] button::after { content: " \2193"; }
.maps { display: flex; flex-wrap: wrap; gap: .4em 2.4em; } .maps .wide { max-width: 100%; }
.heat td.share { text-align: center; white-space: nowrap;
  background: color-mix(in srgb, var(--heat) calc(var(--v) * 55%), var(--paper)); }
.heat td.none { text-align: center; color: var(--faint); }
.heat .n { display: block; font-size: .82em; }
.confusion { font-size: .8em; } .confusion td.share { padding: 0; min-width: 2.6em; height: 2.2em; text-align: center; }
.confusion td > span { padding: .3em; } .confusion thead th { padding: .3em; text-align: center; }
.confusion td.right { outline: 1px solid var(--faint); outline-offset: -1px; }
.confusion button { font: inherit; color: inherit; background: none; border: 0; width: 100%; height: 100%;
  min-height: 2.2em; padding: .1em; cursor: pointer; }
.confusion button[aria-expanded=true] { outline: 3px solid var(--heat); outline-offset: -3px; }
details { margin: .5em 0; } summary { cursor: pointer; padding: .2em 0; }
figure { margin: .8em 0; } svg { max-width: 100%; height: auto; display: block; } svg text { font-family: inherit; }
.charts { display: flex; flex-wrap: wrap; gap: 0 1.5em; } .charts figure { max-width: 100%; }
.chart { overflow-x: auto; } .chart svg { min-width: 520px; }
.pictures { display: flex; flex-wrap: wrap; gap: .35em; list-style: none; padding: 0; margin: .3em 0; }
.pictures li { font-size: .78em; line-height: 1.3; width: min-content; min-width: 7em; }
.picture { display: inline-block; background-color: var(--soft); background-repeat: no-repeat; vertical-align: top; }
.samples td { padding: .25em .5em; } .samples .picture { margin: 1px; }
.samples tbody th { white-space: nowrap; }
.look { display: inline-block; font-size: .78em; line-height: 1.3; margin: 0 .8em .3em 0; }
.look .picture { margin: 1px; }
.behind { min-height: 1.5em; margin: .4em 0; }
pre { background: var(--soft); padding: .8em 1em; white-space: pre-wrap; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .92em; }
@media (max-width: 640px) { body { font-size: 15px; } th, td { padding: .25em .45em; } .samples tr { display: block; }
  .samples td, .samples th { display: block; border: 0; padding: .15em 0; } .samples thead { display: none; }
  .samples td::before { content: attr(data-source); display: block; color: var(--faint); font-size: .85em; } }
@media print { :root { color-scheme: light; } body { max-width: none; font-size: 11pt; } nav { display: none; }
  figure, tr, .answer, svg { break-inside: avoid; } h2, h3, .read { break-after: avoid; }
  .wide, .chart { overflow: visible; }
  .chart svg { min-width: 0; } }
)";
}

}  // namespace ersatz::report
