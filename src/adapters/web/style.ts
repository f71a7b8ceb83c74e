/** The dashboard's whole style sheet. Colours follow the reader's light or dark setting. */
export const STYLE = `
:root { --ink: #1f2328; --dim: #59636e; --paper: #fff; --line: #d1d9e0; --link: #0969da;
  --good: #1a7f37; --work: #0969da; --wait: #9a6700; --bad: #cf222e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --dim: #9198a1; --paper: #0d1117; --line: #3d444d; --link: #4493f8;
    --good: #3fb950; --work: #4493f8; --wait: #d29922; --bad: #f85149; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; border-bottom: 1px solid var(--line); }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 0; overflow-wrap: anywhere; }
p { margin: .25rem 0; color: var(--dim); }
a { color: var(--link); }
.empty { margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; margin-top: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.state { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem; color: var(--dim); white-space: nowrap; }
.merged, .landed, .proposed { color: var(--good); }
.running, .publishing, .integrating, .queued { color: var(--work); }
.waiting, .held, .approved { color: var(--wait); }
.failed, .cancelled, .skipped { color: var(--bad); }
`;
