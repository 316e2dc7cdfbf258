import type { Status } from '../../../../core/contract/lifecycle.ts';
import type { FileEnd, FileEvent } from './file-event.ts';
import { bytesText, percentText, secondsText } from './quantities.ts';
import { fitted, textWidth } from './text-width.ts';

/** What a live line shows of one file. */
export interface FileView {
  readonly name: string;
  readonly totalBytes: number;
  readonly event: Exclude<FileEvent, { kind: 'ended' }> | undefined;
}

const BAR_COLUMNS = 20;
const MIN_NAME = 8;
const MAX_NAME = 32;

/**
 * One file's line in at most `columns`: name, bar, percent, what it does. Where there is little room, first the
 * time and the speed go, then the bar, and the name is shortened.
 *
 * @param nameWidth columns of the longest name that stands beside, so that the bars stand one below the other
 */
export function liveLine(
  view: FileView,
  columns: number,
  unicode: boolean,
  nameWidth = textWidth(view.name),
): string {
  const { share, percent, facts } = shown(view);
  const details = facts.map((fact) => `  ${fact}`);
  const ellipsis = unicode ? '…' : '...';
  const nameColumns = Math.min(MAX_NAME, Math.max(MIN_NAME, nameWidth));
  // From all of it to the least, the first that fits.
  for (let count = details.length; count >= 0; count--) {
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

interface Shown {
  /** 0 to 1. */
  readonly share: number;
  readonly percent: string;
  /** The most telling first. */
  readonly facts: readonly string[];
}

function shown({ event, totalBytes }: FileView): Shown {
  if (event?.kind === 'processing') {
    return {
      share: event.percent / 100,
      percent: `${Math.floor(event.percent)} %`,
      facts: [statusWords(event.status)],
    };
  }
  if (event?.kind !== 'sending') return { share: 0, percent: '0 %', facts: ['preparing'] };
  const share = totalBytes > 0 ? event.sentBytes / totalBytes : 0;
  const percent = percentText(event.sentBytes, totalBytes);
  if (event.state !== 'uploading') return { share, percent, facts: [SENDING_WORDS[event.state]] };
  return {
    share,
    percent,
    facts: [
      `${bytesText(event.bytesPerSecond)}/s`,
      ...(event.secondsLeft === undefined ? [] : [`${secondsText(event.secondsLeft)} left`]),
      `of ${bytesText(totalBytes)}`,
    ],
  };
}

const SENDING_WORDS = {
  preparing: 'preparing',
  waiting: 'waiting for the network',
  paused: 'paused',
  completing: 'completing',
} as const;

const STATUS_WORDS: Readonly<Partial<Record<Status, string>>> = {
  uploaded: 'arrived',
  validating: 'being checked',
  in_review: 'waits for a moderator',
  transcoding: 'being converted',
};

/** A status as a person says it. */
export function statusWords(status: Status): string {
  return STATUS_WORDS[status] ?? status;
}

function bar(share: number, unicode: boolean): string {
  const full = Math.floor(Math.min(1, Math.max(0, share)) * BAR_COLUMNS);
  const [filled, empty] = unicode ? ['█', '░'] : ['#', '.'];
  return `[${filled.repeat(full)}${empty.repeat(BAR_COLUMNS - full)}]`;
}

/** What stays of a file on the screen once it has ended: a sign, its name, how, and what to do. */
export function endLines(name: string, end: FileEnd, unicode: boolean): string[] {
  const good = end.problem === undefined;
  const stopped = end.status === 'stopped';
  const signs = unicode
    ? { good: '✓', bad: '✗', stopped: '‖' }
    : { good: 'ok', bad: 'x', stopped: '||' };
  const sign = stopped ? signs.stopped : good ? signs.good : signs.bad;
  const words = { failed_here: 'not sent', stopped: 'stopped' } as const;
  const status =
    end.status === 'failed_here' || end.status === 'stopped' ? words[end.status] : end.status;
  const facts = [status, bytesText(end.totalBytes), ...(end.id ? [end.id] : [])];
  const lines = [`${sign} ${name}  ${facts.join('  ')}`];
  if (end.problem) {
    const { sentence, code, next } = end.problem;
    lines.push(stopped ? `  ${sentence}` : `  ${sentence} (${code})`);
    if (next) lines.push(`  ${next}`);
  }
  return lines;
}
