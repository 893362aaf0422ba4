// Colours keep 4.5:1 on their backgrounds in both schemes (WCAG AA). --xiangyin-accent may be set by the page.
const STYLE = `
:host { all: initial; --accent: var(--xiangyin-accent, #0b6e5f); --paper: #ffffff; --ink: #1d2327; --soft: #eef2f1; --quiet: #56616a;
  --line: #d5dcda; --warn: #9a3412; color-scheme: light dark; font: 16px/1.55 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
@media (prefers-color-scheme: dark) {
  :host { --accent: var(--xiangyin-accent-dark, #0f7d6c); --paper: #171c1e; --ink: #e8edec; --soft: #242b2e; --quiet: #a7b2b7; --line: #39434a; --warn: #fdba74; } }
* { box-sizing: border-box; }
button, textarea { font: inherit; color: inherit; }
button { cursor: pointer; border: 0; background: none; border-radius: 10px; min-height: 44px; min-width: 44px; }
button:focus-visible, textarea:focus-visible, a:focus-visible, .log:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; display: block; margin: auto; }
.launcher { position: fixed; right: 20px; bottom: 20px; width: 60px; height: 60px; border-radius: 50%; background: var(--accent); color: #fff;
  box-shadow: 0 6px 20px rgb(0 0 0 / .25); z-index: 2147483000; transition: transform .15s; }
.launcher:hover { transform: scale(1.05); }
.panel { display: flex; flex-direction: column; background: var(--paper); color: var(--ink); border: 1px solid var(--line); overflow: hidden; }
.floating .panel { position: fixed; right: 20px; bottom: 92px; width: min(392px, calc(100vw - 40px)); height: min(600px, calc(100vh - 120px));
  border-radius: 18px; box-shadow: 0 16px 48px rgb(0 0 0 / .25); z-index: 2147483000; animation: rise .18s ease-out; }
.inline { height: 100%; }
.inline .panel { width: 100%; height: 100%; min-height: 420px; border-radius: 18px; }
.panel[hidden] { display: none; }
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }
header { display: flex; align-items: center; gap: 8px; padding: 8px 8px 8px 18px; background: var(--accent); color: #fff; }
header h2 { font-size: 1.05rem; font-weight: 600; margin: 0; flex: 1; overflow-wrap: anywhere; }
header button:focus-visible, .launcher:focus-visible { outline-color: #fff; box-shadow: 0 0 0 6px var(--ink); }
.log { flex: 1; overflow-y: auto; padding: 16px; display: flex; flex-direction: column; gap: 10px; overscroll-behavior: contain; }
.bubble { max-width: 86%; padding: 9px 14px; border-radius: 16px; white-space: pre-wrap; overflow-wrap: anywhere; }
.bot { align-self: flex-start; background: var(--soft); border-bottom-left-radius: 5px; }
.you { align-self: flex-end; background: var(--accent); color: #fff; border-bottom-right-radius: 5px; }
.note { align-self: center; color: var(--quiet); font-size: .875rem; text-align: center; }
.bubble a { color: inherit; text-decoration: underline; }
.bubble img { display: block; max-width: 100%; border-radius: 8px; }
.choices { display: flex; flex-wrap: wrap; gap: 8px; }
.choices button { border: 1.5px solid var(--accent); padding: 6px 16px; border-radius: 22px; background: var(--paper); }
.choices button:hover:enabled { background: var(--soft); }
.choices button:disabled { opacity: .6; cursor: default; }
.status { min-height: 1.6em; padding: 0 18px 4px; color: var(--quiet); font-size: .875rem; }
.status.warn { color: var(--warn); }
form { display: flex; align-items: flex-end; gap: 6px; padding: 8px 10px 10px; border-top: 1px solid var(--line); }
textarea { flex: 1; min-width: 0; resize: none; max-height: 120px; min-height: 44px; padding: 9px 12px; border: 1px solid var(--quiet); border-radius: 12px;
  background: var(--paper); color: var(--ink); }
textarea::placeholder { color: var(--quiet); opacity: 1; }
form button { background: var(--soft); }
form button[type=submit] { background: var(--accent); color: #fff; }
form button[aria-pressed=true] { background: var(--warn); color: var(--paper); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 480px) {
  .floating .panel { inset: 0; width: 100%; height: 100%; border-radius: 0; border: 0; }
  .floating.open .launcher { display: none; } }
@media (prefers-reduced-motion: reduce) { *, .launcher { animation: none !important; transition: none !important; } }
`;
