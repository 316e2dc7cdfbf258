import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Pixels. Each character gets the same width, whatever font the viewer has (`textLength`). */
const CHARACTER = 8.4;
const LINE = 20;
const MARGIN = 24;
const TITLE_BAR = 36;

const COLORS = { background: '#14181f', bar: '#222833', text: '#d6dbe4', dim: '#8b95a5' };
const PROMPT = '#7aa2f7';
const READY = '#e8c468';

export const TEXT_FILE = join(import.meta.dirname, 'demo.txt');
export const PICTURE_FILE = join(import.meta.dirname, 'demo.svg');

/** A picture of terminal output: text elements only, without fonts, scripts or references. */
export function renderTerminal(text: string, title: string): string {
  const lines = text.trimEnd().split('\n');
  const columns = Math.max(...lines.map((line) => line.length));
  const width = Math.ceil(columns * CHARACTER + 2 * MARGIN);
  const height = TITLE_BAR + lines.length * LINE + 2 * MARGIN;
  const rows = lines.flatMap((line, index) => row(line, index));
  const label = escapeXml(title);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">`,
    `<title>${label}</title>`,
    `<rect width="${width}" height="${height}" rx="10" fill="${COLORS.background}"/>`,
    `<path d="M0 ${TITLE_BAR}V10A10 10 0 0 1 10 0H${width - 10}A10 10 0 0 1 ${width} 10V${TITLE_BAR}Z" fill="${COLORS.bar}"/>`,
    ...['#ed6a5e', '#f5bf4f', '#61c554'].map(
      (color, index) =>
        `<circle cx="${20 + index * 20}" cy="${TITLE_BAR / 2}" r="6" fill="${color}"/>`,
    ),
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`,
    ...rows,
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

/** One element for each column of the line, so that columns are aligned in any font. */
function row(line: string, index: number): string[] {
  const y = TITLE_BAR + MARGIN + index * LINE + LINE * 0.7;
  return [...line.matchAll(/\S+(?: \S+)*/g)].map(({ 0: text, index: column }) => {
    const x = (MARGIN + column * CHARACTER).toFixed(1);
    const length = (text.length * CHARACTER).toFixed(1);
    return `<text x="${x}" y="${y}" fill="${colorOf(line)}" textLength="${length}" lengthAdjust="spacingAndGlyphs">${escapeXml(text)}</text>`;
  });
}

function colorOf(line: string): string {
  if (line.startsWith('$')) return PROMPT;
  if (line.startsWith('READY') || / ready /.test(line)) return READY;
  return line.startsWith(' ') ? COLORS.text : COLORS.dim;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** The picture of `demo.txt`. */
export function demoPicture(): string {
  return renderTerminal(
    readFileSync(TEXT_FILE, 'utf8'),
    'Output of npm run demo: a video is uploaded, validated, transcoded and ready; its renditions are listed',
  );
}

if (import.meta.main) writeFileSync(PICTURE_FILE, demoPicture());
