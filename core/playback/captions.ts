import { type Cue, type CueNode, parseText, tokenizeVTTCue } from './captions-library.ts';
import { cueTime } from './cue-time.ts';

/** Bytes of a file of captions. Twelve hours of speech have about 800 KB. */
export const MAX_CAPTIONS_BYTES = 2 * 1024 * 1024;
const MAX_CUES = 20_000;
const MAX_CUE_CHARACTERS = 2_000;

export type CaptionsResult =
  | { readonly outcome: 'captions'; readonly vtt: string; readonly cues: number }
  | { readonly outcome: 'invalid'; readonly detail: string };

/**
 * Reads WebVTT or SRT and writes WebVTT that is safe to serve: only the tags of the format, no styles, no notes.
 * Players of all kinds show what is left.
 *
 * @param text the file, with or without a byte order mark
 * @param durationSeconds of the video; later cues are left out
 */
export async function convertCaptions(
  text: string,
  durationSeconds: number,
): Promise<CaptionsResult> {
  const clean = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  if (clean.includes('\0')) return invalid('The file has a NUL character; expected UTF-8 text.');
  const type = formatOf(clean);
  if (type === undefined) {
    return invalid(
      'Expected WebVTT (the first line is WEBVTT) or SRT (blocks of a number, a line `00:00:01,000 --> 00:00:02,000`, and text).',
    );
  }
  const { cues, errors } = await parseText(clean, { type, errors: true, strict: false });
  const [error] = errors;
  if (error) return invalid(`Line ${error.line}: ${error.message}.`);
  if (cues.length === 0) return invalid('The file has no captions.');
  if (cues.length > MAX_CUES) {
    return invalid(`The file has ${cues.length} captions; at most ${MAX_CUES} are allowed.`);
  }
  const long = cues.find(({ text: of }) => of.length > MAX_CUE_CHARACTERS);
  if (long) {
    return invalid(
      `The caption at ${cueTime(long.startTime)} has ${long.text.length} characters; at most ${MAX_CUE_CHARACTERS} are allowed.`,
    );
  }
  const shown = cues.filter(({ startTime }) => startTime < durationSeconds);
  if (shown.length === 0) {
    return invalid(`Every caption is after the end of the video (${cueTime(durationSeconds)}).`);
  }
  const sorted = [...shown].sort((a, b) => a.startTime - b.startTime);
  const vtt = ['WEBVTT\n', ...sorted.map((cue) => cueText(cue, durationSeconds))].join('\n');
  return { outcome: 'captions', vtt, cues: sorted.length };
}

function formatOf(text: string): 'vtt' | 'srt' | undefined {
  if (/^WEBVTT(?:[ \t\n]|$)/.test(text)) return 'vtt';
  return /^\s*\d+[ \t]*\n\d+:\d{2}:\d{2}[,.]\d{1,3}[ \t]*-->/.test(text) ? 'srt' : undefined;
}

function cueText(cue: Cue, durationSeconds: number): string {
  const end = Math.min(cue.endTime, durationSeconds);
  // Times inside a cue (karaoke) are left out: the library takes them for tags that have to be closed.
  const text = tokenizeVTTCue({ ...cue, text: cue.text.replace(/<[\d:.]+>/g, '') })
    .map(nodeText)
    .join('');
  // An empty line would end the cue.
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return `${cueTime(cue.startTime)} --> ${cueTime(end)}${settings(cue)}\n${lines.join('\n')}\n`;
}

/** Position and direction of a cue, where they are not the default. */
function settings({ vertical, line, align, size }: Cue): string {
  const parts = [
    vertical !== '' && `vertical:${vertical}`,
    typeof line === 'number' && `line:${line}`,
    align !== 'center' && `align:${align}`,
    size !== 100 && `size:${size}%`,
  ];
  return parts
    .filter((part) => part !== false)
    .map((part) => ` ${part}`)
    .join('');
}

function nodeText(node: CueNode): string {
  if (node.type === 'text') return escaped(node.data);
  const inner = node.children.map(nodeText).join('');
  switch (node.type) {
    case 'v':
      return `<v ${escaped(node.voice.replace(/\n/g, ' '))}>${inner}</v>`;
    case 'lang':
      return `<lang ${escaped(node.lang.replace(/\s/g, ''))}>${inner}</lang>`;
    default:
      return `<${node.type}>${inner}</${node.type}>`;
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function invalid(detail: string): CaptionsResult {
  return { outcome: 'invalid', detail };
}
