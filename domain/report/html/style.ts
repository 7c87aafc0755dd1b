/** The page's look. Colours are named once per theme and told apart by people with any colour vision; paper is always light. */

const light = `
--page:#fff;--wash:#f5f6f8;--ink:#1b1e22;--soft:#585f69;--line:#dfe2e7;--grid:#e7e9ed;
--blue:#0b62a4;--orange:#bd4b00;--green:#00765a;--violet:#6d4aa8;--grey:#8b929c;--pale:#d5d9df;
--train:#8a93a0;--good:#0b62a4;--bad:#bd4b00`;
const dark = `
--page:#131519;--wash:#1c1f24;--ink:#e9ebee;--soft:#a3aab4;--line:#30353d;--grid:#282c33;
--blue:#6db4f0;--orange:#f2975a;--green:#4cc39d;--violet:#b79cf0;--grey:#858d98;--pale:#3a4049;
--train:#8d96a3;--good:#6db4f0;--bad:#f2975a`;

const base = `
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--ink);font:400 15px/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
h1,h2,h3,.lead{text-wrap:pretty}
h1{font:500 clamp(1.4rem,1.05rem + 1.5vw,2.05rem)/1.28 Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,"Noto Serif",serif;letter-spacing:-.005em;margin:.7rem 0 1rem;max-width:34em}
h2{font:600 1.3rem/1.3 Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,"Noto Serif",serif;margin:0 0 .35rem}
h3{font-size:1rem;font-weight:650;margin:2rem 0 .3rem}
p{margin:0 0 .8rem}
a{color:var(--blue);text-underline-offset:.2em}
:focus-visible{outline:2px solid var(--blue);outline-offset:3px;border-radius:3px}
code{font:.86em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
b{font-weight:650}
.lead{max-width:46em;color:var(--soft);margin-bottom:1.2rem}
.lead b,.note b{color:var(--ink)}
.note{max-width:50em;color:var(--soft);font-size:.88rem;margin:.5rem 0 1rem}
ul.note{padding-left:1.1rem}
.range{color:var(--soft);font-size:.86em;white-space:nowrap}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-999px;top:0;padding:.6rem 1rem;background:var(--page);z-index:2}
.skip:focus{left:.5rem}`;

const layout = `
.sheet{max-width:76rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem) 5rem}
main{min-width:0}
nav ul{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:0;padding:1rem 0 .8rem;border-bottom:1px solid var(--line);font-size:.86rem}
nav a{color:var(--soft);text-decoration:none;display:inline-block;padding:.15rem 0}
nav a:hover,nav a:focus-visible{color:var(--ink);text-decoration:underline}
@media(min-width:68rem){.sheet{display:grid;grid-template-columns:11.5rem minmax(0,1fr);gap:3.2rem}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:2.6rem 0 1rem}
nav ul{display:block;border:0;padding:0}nav li{margin:.28rem 0}}
section{padding-top:2.6rem;margin-top:2.6rem;border-top:1px solid var(--line)}
.opening{padding-top:2.4rem}
.kicker{color:var(--soft);font-size:.86rem;margin-bottom:1.5rem}
.verdict{display:inline-block;margin:0;padding:.12rem .7rem;border:1.5px solid currentColor;border-radius:99px;font-weight:650;font-size:.86rem;color:var(--soft)}
.verdict.deployed{color:var(--green)}.verdict.failed,.verdict.rejected{color:var(--orange)}.verdict.inconclusive,.verdict.declined,.verdict.open{color:var(--violet)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr));gap:1rem 2rem;margin:1.6rem 0 0;padding:1.1rem 0 0;border-top:1px solid var(--line)}
.facts dt{color:var(--soft);font-size:.82rem}.facts dd{margin:0}
.reasons{max-width:50em;padding-left:1.1rem;margin:0 0 1.4rem}.reasons li{margin:.3rem 0}.reasons li::marker{color:var(--soft)}
figure{margin:1.2rem 0 1.8rem}
figcaption{color:var(--soft);font-size:.88rem;max-width:50em;margin-top:.7rem}
.picture{margin-top:1.8rem;padding:1.3rem clamp(.9rem,2.5vw,1.6rem) 1.1rem;background:var(--wash);border-radius:10px}
.multiples{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));gap:0 2rem}
details{margin:.5rem 0}
summary{cursor:pointer;padding:.35rem 0;color:var(--blue)}`;

const tables = `
.scroll{overflow-x:auto;margin:1rem 0 1.2rem;position:relative}
table{border-collapse:collapse;width:100%;font-size:.88rem}
table.compact{width:auto;min-width:min(100%,24rem)}
caption{text-align:left;font-weight:650;padding:.2rem 0 .45rem;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.42rem 1.1rem .42rem 0;border-bottom:1px solid var(--line);font-weight:400;overflow-wrap:normal}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--soft);font-size:.82rem;vertical-align:bottom;line-height:1.3;border-bottom-color:var(--grey)}
.number{text-align:right}td.number{white-space:nowrap}
td.text{min-width:15rem;overflow-wrap:anywhere}
td.chart,th.chart{min-width:11rem;width:16rem;padding-top:.1rem;padding-bottom:.1rem;vertical-align:middle}
td .strip{height:26px}
td.number .range{display:block}table.compact td.number .range{display:inline}
table .arm{white-space:nowrap}
table.rows th,table.rows td{font-size:.82rem;padding-right:.8rem}table.rows td.text{min-width:12rem}
table.hashes code{overflow-wrap:anywhere}
.arm{display:inline-flex;align-items:center;gap:.45rem;font-weight:600}.arm svg{flex:none}
.badge{display:inline-block;border:1px solid var(--line);background:var(--page);border-radius:99px;padding:0 .5rem;font-size:.76rem;line-height:1.45;color:var(--soft);white-space:nowrap;font-weight:400}
.right{color:var(--good)}.wrong{color:var(--bad)}
.gain{color:var(--good)}.loss{color:var(--bad)}.gain,.loss,.other{white-space:nowrap}
.lineage{display:grid;gap:.4rem 1.5rem;margin:1rem 0}
.lineage div{display:grid;grid-template-columns:10rem minmax(0,1fr);gap:.2rem 1rem}.lineage dt{color:var(--soft)}.lineage dd{margin:0}
@media(max-width:36rem){.lineage div{grid-template-columns:1fr}}`;

const charts = `
svg{display:block;overflow:visible;fill:currentColor}
svg text{font:12px ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",Arial,sans-serif;fill:var(--soft);font-variant-numeric:tabular-nums}
.glyph{display:inline-block}
.grid{stroke:var(--grid);stroke-width:1}.picture .grid{stroke:var(--line)}
.zero{stroke:var(--ink);stroke-width:1.5}.goal{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:4 3}
.mark{stroke:var(--page);stroke-width:1.2}
.mark.candidate{fill:var(--blue)}.mark.champion{fill:var(--green)}.mark.best-untuned{fill:var(--orange)}.mark.other{fill:var(--grey)}
.interval{stroke-width:2}.interval.candidate{stroke:var(--blue)}.interval.champion{stroke:var(--green)}.interval.best-untuned{stroke:var(--orange)}.interval.other{stroke:var(--grey)}
.strip-row{display:grid;grid-template-columns:minmax(9rem,17rem) minmax(0,1fr) 10.5rem;gap:0 1.4rem;align-items:center}
.strip-name{line-height:1.35;padding:.25rem 0}.strip-value{text-align:right;white-space:nowrap}
.versus{color:var(--soft)}
@media(max-width:48rem){.strip-row{grid-template-columns:minmax(0,1fr) auto;padding-top:.35rem}.strip-plot{grid-row:2;grid-column:1/-1;padding:0 .9rem}.strip-axis .strip-name{display:none}}
.bar-row{display:grid;grid-template-columns:minmax(6rem,13rem) minmax(0,1fr) 3.6rem;gap:0 1rem;align-items:center;padding:.2rem 0}
.bar-name{line-height:1.25;overflow:hidden;text-overflow:ellipsis}.bar-value{text-align:right}
.sub .bar-name{padding-left:1rem;color:var(--soft)}
.balance .bar-row{padding:.08rem 0;font-size:.86rem}.balance svg.bar{height:13px}
@media(max-width:30rem){.bar-row{grid-template-columns:7rem minmax(0,1fr) 3rem;gap:0 .6rem;font-size:.86rem}}
.bar rect{stroke:var(--page);stroke-width:.6}
.fill-train{fill:var(--train)}.fill-validation{fill:var(--violet)}.fill-test{fill:var(--blue)}.fill-fresh{fill:var(--green)}
.fill-rest{fill:var(--pale)}.fill-kept{fill:var(--grey)}.fill-good{fill:var(--good)}.fill-bad{fill:var(--bad)}.fill-other{fill:var(--violet)}
.time-dataset{fill:var(--violet)}.time-synthesis{fill:var(--green)}.time-training{fill:var(--blue)}.time-evaluation{fill:var(--orange)}.time-waiting{fill:var(--grey)}.time-orchestration{fill:var(--pale)}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;list-style:none;margin:.6rem 0 0;padding:0;font-size:.86rem;color:var(--soft)}
.legend li{display:inline-flex;align-items:center;gap:.4rem}.legend b{color:var(--ink)}
.balance .legend{margin:0 0 .6rem}
.plot{display:grid;grid-template-columns:44px minmax(0,1fr)}
.curve{fill:none;stroke-width:1.6;stroke-linejoin:round}.curve.train{stroke:var(--train)}.curve.validation{stroke:var(--violet);stroke-width:2.2}
.dot.validation{fill:var(--violet);stroke:var(--page);stroke-width:1}.square .dot{fill:var(--blue);fill-opacity:.85}.miss{stroke:var(--blue);stroke-opacity:.45;stroke-width:2}.square .zero{stroke:var(--grey);stroke-dasharray:4 3}
.vertical{color:var(--soft);font-size:.8rem;margin:0 0 .2rem}
.heat{max-width:none}
.heat .track{fill:var(--wash)}.heat .right{fill:var(--blue)}.heat .wrong{fill:var(--orange)}
.heat text{fill:var(--ink)}.heat .on-strong{fill:var(--page);font-weight:600}.heat .axis-name{fill:var(--soft)}
.cases{list-style:none;padding:0;margin:0;counter-reset:none}
.case{padding:.9rem 0;border-bottom:1px solid var(--line)}
.input{white-space:pre-wrap;max-width:52em;margin:0 0 .5rem;font:1.02rem/1.5 Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,"Noto Serif",serif}
.said{display:flex;flex-wrap:wrap;gap:.3rem 1.6rem;margin:0;font-size:.86rem}.said dt{color:var(--soft);font-size:.78rem}.said dd{margin:0}
.said .expected dd{font-weight:650}
.where{margin:.35rem 0 0;color:var(--soft);font-size:.8rem}`;

const paper = `
@page{margin:16mm 14mm}
@media print{
html{color-scheme:light}body{font-size:9.5pt}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.sheet{display:block;max-width:none;padding:0}
nav,.skip{display:none}
section{margin-top:1.6rem;padding-top:1.4rem}
h1{font-size:17pt}h2,h3,caption,summary{break-after:avoid}
figure,.case,tr,.lineage div,.facts{break-inside:avoid}
thead{display:table-header-group}
.scroll{overflow:visible}.scroll:not(:has(.rows)){break-inside:avoid}table{font-size:8pt}table.rows th,table.rows td{font-size:8pt}th,td{padding-right:.6rem}
.heat{max-width:100%;height:auto}
td.text{min-width:5.2cm}td.number,.range{white-space:normal}
td.chart,th.chart{min-width:7rem;width:auto}
details.screen{display:none}details::details-content{content-visibility:visible;block-size:auto}
summary{list-style:none;color:var(--soft)}
.strip-row{grid-template-columns:11rem minmax(0,1fr) 9.5rem}
}`;

export const style = `:root{${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}${base}${layout}${tables}${charts}${paper}`;
