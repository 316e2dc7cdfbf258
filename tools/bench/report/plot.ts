import { parse, resetSVGDefIds, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** Light by default and dark in the reader's dark mode: a style sheet overrides presentation attributes. */
const INK = '#1f2328';
const GRID = '#d8dee4';
const PAPER = '#ffffff';
const DARK = [
  [INK, '#e6edf3'],
  [GRID, '#30363d'],
  [PAPER, '#0d1117'],
] as const;

/** The palette of Okabe and Ito, distinguishable with any colour vision, on white and on black. */
export const OUR_COLOUR = '#0072b2';
export const PEER_COLOURS = ['#d55e00', '#009e73', '#cc79a7', '#e69f00', '#8c8c8c', '#56b4e9'];

const CONFIG = {
  font: 'sans-serif',
  background: PAPER,
  title: { color: INK, anchor: 'start', fontSize: 13, fontWeight: 600 },
  axis: {
    labelColor: INK,
    titleColor: INK,
    gridColor: GRID,
    domainColor: GRID,
    tickColor: GRID,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 260,
  },
  legend: { labelColor: INK, titleColor: INK, labelFontSize: 12, symbolSize: 80, title: null },
  text: { color: INK, fontSize: 12 },
  view: { stroke: null },
} as const;

/**
 * Renders a Vega-Lite specification as an SVG with a text alternative. The same specification always makes the same
 * SVG: no font is loaded or measured.
 */
export async function plotSvg(specification: object, words: string): Promise<string> {
  resetSVGDefIds();
  const { spec } = compile({
    ...specification,
    config: CONFIG,
    padding: 16,
  } as unknown as TopLevelSpec);
  const view = new View(parse(spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  const rules = DARK.map(
    ([light, dark]) => `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`,
  ).join('');
  const style = `<style>@media (prefers-color-scheme:dark){${rules}}</style>`;
  return `${svg.replace(
    /<svg ([^>]*)>/,
    (_, attributes: string) =>
      `<svg ${attributes} role="img" aria-label="${escapeXml(words)}"><title>${escapeXml(words)}</title>${style}`,
  )}\n`;
}

/** The colour of text and rules. */
export const inkColour = INK;

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
