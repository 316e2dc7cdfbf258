import type { Status } from '../../../../core/contract/lifecycle.ts';
import type { UploadProgress } from '../../../../core/contract/wire.ts';
import type { FileEnd, FileEvent } from './file-event.ts';
import { bytesText, percentText, secondsText } from './quantities.ts';
import { fitted, shortened, textWidth } from './text-width.ts';

/** What a live line shows about one file. */
export interface FileView {
  readonly name: string;
  readonly totalBytes: number;
  readonly event: Exclude<FileEvent, { kind: 'ended' }> | undefined;
}

const BAR_COLUMNS = 20;
const MIN_NAME = 8;
const MAX_NAME = 32;
/** In a narrower window the cause of a retry is not readable. */
const MIN_PROBLEM_COLUMNS = 50;

/**
 * One file's line in at most `columns`: name, bar, percent, state. In a narrow window the time and the speed are left
 * out first, then the bar, and the name is shortened. While parts are retried, the cause takes the place of the bar.
 *
 * @param nameWidth columns of the longest name in the list, so that the bars are aligned
 */
export function liveLine(
  view: FileView,
  columns: number,
  unicode: boolean,
  nameWidth = textWidth(view.name),
): string {
  const { share, percent, facts, problem, isFactNeeded } = lineParts(view);
  const details = facts.map((fact) => `  ${fact}`);
  const ellipsis = unicode ? '…' : '...';
  const nameColumns = Math.min(MAX_NAME, Math.max(MIN_NAME, nameWidth));
  if (problem !== undefined && columns >= MIN_PROBLEM_COLUMNS) {
    const name = fitted(view.name, Math.min(nameColumns, 16), ellipsis);
    return shortened(`${name} ${percent.padStart(5)}  ${facts[0]}: ${problem}`, columns, ellipsis);
  }
  // The first variant that fits, from the longest to the shortest.
  for (let count = details.length; count >= (isFactNeeded ? 1 : 0); count--) {
    const rest = `  ${bar(share, unicode)}  ${percent.padStart(5)}${details.slice(0, count).join('')}`;
    const left = columns - textWidth(rest);
    if (left >= Math.min(nameColumns, 16)) {
      return `${fitted(view.name, Math.min(nameColumns, left), ellipsis)}${rest}`.trimEnd();
    }
  }
  const [first = ''] = details;
  for (const rest of [` ${percent.padStart(5)}${first}`, ` ${percent.padStart(5)}`]) {
    const left = columns - textWidth(rest);
    if (left >= MIN_NAME) {
      return `${fitted(view.name, Math.min(nameColumns, left), ellipsis)}${rest}`;
    }
  }
  return fitted(percent, columns, ellipsis).trimEnd();
}

interface LineParts {
  /** 0 to 1. */
  readonly share: number;
  readonly percent: string;
  /** The most important first. */
  readonly facts: readonly string[];
  /** Why parts are being retried. It takes the place of the bar. */
  readonly problem?: string | undefined;
  /** Whether the first fact is more important than the bar. */
  readonly isFactNeeded: boolean;
}

function lineParts({ event, totalBytes }: FileView): LineParts {
  if (event?.kind === 'processing') {
    return {
      share: event.percent / 100,
      percent: `${Math.floor(event.percent)} %`,
      facts: [statusWords(event.status, event.queue)],
      isFactNeeded: true,
    };
  }
  if (event?.kind !== 'sending')
    return { share: 0, percent: '0 %', facts: ['preparing'], isFactNeeded: true };
  const share = totalBytes > 0 ? event.sentBytes / totalBytes : 0;
  const percent = percentText(event.sentBytes, totalBytes);
  const { problem, state } = event;
  if (state !== 'uploading' || problem !== undefined) {
    const words = state === 'uploading' ? 'trying again' : SENDING_WORDS[state];
    return { share, percent, facts: [words], problem, isFactNeeded: true };
  }
  return {
    share,
    percent,
    facts: [
      `${bytesText(event.bytesPerSecond)}/s`,
      ...(event.secondsLeft === undefined ? [] : [`${secondsText(event.secondsLeft)} left`]),
      `of ${bytesText(totalBytes)}`,
    ],
    isFactNeeded: false,
  };
}

const SENDING_WORDS = {
  preparing: 'preparing',
  waiting: 'waiting for the network',
  paused: 'paused',
  completing: 'completing',
} as const;

const STATUS_WORDS: Readonly<Partial<Record<Status, string>>> = {
  uploaded: 'uploaded',
  validating: 'checking',
  in_review: 'waiting for review',
  transcoding: 'converting',
};

/**
 * A status in words.
 * @param queue of an upload that waits before its conversion
 */
export function statusWords(status: Status, queue?: UploadProgress['queue']): string {
  if (!queue) return STATUS_WORDS[status] ?? status;
  const { estimatedSeconds } = queue;
  if (estimatedSeconds === undefined) return 'waiting for capacity';
  const minutes = Math.max(1, Math.round(estimatedSeconds / 60));
  return `waiting for capacity, about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}

function bar(share: number, unicode: boolean): string {
  const full = Math.floor(Math.min(1, Math.max(0, share)) * BAR_COLUMNS);
  const [filled, empty] = unicode ? ['█', '░'] : ['#', '.'];
  return `[${filled.repeat(full)}${empty.repeat(BAR_COLUMNS - full)}]`;
}

/** The lines that stay on the screen when a file has ended: a sign, its name and status, and what to do. */
export function endLines(name: string, end: FileEnd, unicode: boolean): string[] {
  const isGood = end.problem === undefined;
  const isStopped = end.status === 'stopped';
  const signs = unicode
    ? { good: '✓', bad: '✗', stopped: '‖' }
    : { good: 'ok', bad: 'x', stopped: '||' };
  const sign = isStopped ? signs.stopped : isGood ? signs.good : signs.bad;
  const status = end.status === 'not_sent' ? 'not sent' : end.status;
  const facts = [status, bytesText(end.totalBytes), ...(end.id ? [end.id] : [])];
  const lines = [`${sign} ${name}  ${facts.join('  ')}`];
  if (end.problem) {
    const { sentence, code, next } = end.problem;
    lines.push(isStopped ? `  ${sentence}` : `  ${sentence} (${code})`);
    if (next) lines.push(`  ${next}`);
  }
  return lines;
}
