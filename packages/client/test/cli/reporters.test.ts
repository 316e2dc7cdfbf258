import type { FileEnd, FileEvent } from '../../src/cli/file-event.ts';
import { jsonReporter } from '../../src/cli/json-reporter.ts';
import { liveReporter } from '../../src/cli/live-reporter.ts';
import { plainReporter } from '../../src/cli/plain-reporter.ts';
import { terminalStyle } from '../../src/cli/terminal-style.ts';
import { SmallTerminal } from './small-terminal.ts';

const ID = '01980000-0000-7000-8000-000000000001';
const TOTAL = 1_000_000;
const sending = (
  sentBytes: number,
  state: 'uploading' | 'waiting' = 'uploading',
  problem?: string,
): FileEvent => ({
  kind: 'sending',
  state,
  sentBytes,
  totalBytes: TOTAL,
  bytesPerSecond: 100_000,
  secondsLeft: (TOTAL - sentBytes) / 100_000,
  ...(problem && { problem }),
});
const ready: FileEnd = { exit: 0, id: ID, status: 'ready', totalBytes: TOTAL };
const rejected: FileEnd = {
  exit: 3,
  id: ID,
  status: 'rejected',
  totalBytes: TOTAL,
  problem: {
    code: 'not_a_video',
    sentence: 'The file is not a video.',
    next: 'Choose another file.',
    retryable: false,
  },
};
const style = (colour: boolean) => ({ live: true, colour, unicode: true });

function live(columns: number, rows = 24, colour = false) {
  const terminal = new SmallTerminal(columns, rows);
  let draw = () => {};
  let stopped = false;
  const reporter = liveReporter(terminal, style(colour), (_, then) => {
    draw = then;
    return () => {
      stopped = true;
    };
  });
  return { terminal, reporter, draw: () => draw(), stopped: () => stopped };
}

describe('Lines on a terminal', () => {
  it('are redrawn in place; the end of each file stays', () => {
    const { terminal, reporter, draw, stopped } = live(80);
    const one = reporter.file('one.mp4', TOTAL);
    const two = reporter.file('two.txt', TOTAL);
    for (const sent of [100_000, 500_000]) {
      one(sending(sent));
      two(sending(sent / 2));
      draw();
    }
    expect(terminal.lines()).toEqual([
      'one.mp4   [██████████░░░░░░░░░░]   50 %  100 kB/s  0:05 left  of 1.00 MB',
      'two.txt   [█████░░░░░░░░░░░░░░░]   25 %  100 kB/s  0:08 left  of 1.00 MB',
    ]);
    two({ kind: 'ended', end: rejected });
    one({ kind: 'processing', status: 'transcoding', percent: 60 });
    draw();
    expect(terminal.lines()).toEqual([
      `✗ two.txt  rejected  1.00 MB  ${ID}`,
      '  The file is not a video. (not_a_video)',
      '  Choose another file.',
      'one.mp4   [████████████░░░░░░░░]   60 %  converting',
    ]);
    one({ kind: 'ended', end: ready });
    reporter.close();
    expect(terminal.lines().slice(3)).toEqual([`✓ one.mp4  ready  1.00 MB  ${ID}`]);
    expect(stopped()).toBe(true);
    expect(terminal.cursorHidden).toBe(false);
  });

  it('are never more than the rows of the window', () => {
    const { terminal, reporter, draw } = live(60, 6);
    for (let n = 0; n < 10; n++) reporter.file(`${n}.mp4`, TOTAL)(sending(n));
    draw();
    draw();
    expect(terminal.lines()).toHaveLength(4);
    expect(terminal.lines().at(-1)).toBe('and 7 more');
  });

  it('are erased when the window becomes narrower', () => {
    const { terminal, reporter, draw } = live(80);
    reporter.file('one.mp4', TOTAL)(sending(500_000));
    draw();
    terminal.resize(40);
    draw();
    expect(terminal.lines()).toEqual(['one.mp4   [██████████░░░░░░░░░░]   50 %']);
  });

  it('have a colour only in addition to a word and a sign', () => {
    const { terminal, reporter } = live(80, 24, true);
    reporter.file('one.mp4', TOTAL)({ kind: 'ended', end: rejected });
    expect(terminal.written).toContain('\x1b[33m✗ one.mp4  rejected');
    // Most colour-blind people cannot distinguish red and green.
    expect(terminal.written).not.toContain('\x1b[31m');
    expect(terminal.written).not.toContain('\x1b[32m');
  });
});

describe('Lines in a log', () => {
  it('are one for each tenth, one for each status, and the end', () => {
    let log = '';
    const reporter = plainReporter(
      (text) => {
        log += text;
      },
      terminalStyle({}, {}, 'linux'),
    );
    const report = reporter.file('one.mp4', TOTAL);
    report({ kind: 'granted', id: ID, resumed: false });
    for (let sent = 0; sent <= TOTAL; sent += 20_000) report(sending(sent));
    report(sending(TOTAL, 'waiting'));
    report(sending(TOTAL, 'waiting'));
    for (const percent of [60, 61, 62])
      report({ kind: 'processing', status: 'transcoding', percent });
    report({ kind: 'ended', end: ready });
    const lines = log.trimEnd().split('\n');
    expect(lines).toHaveLength(14);
    expect(lines[0]).toBe(`one.mp4: started ${ID}, 1.00 MB`);
    expect(lines[5]).toBe('one.mp4: 50 % sent, 100 kB/s, 0:05 left');
    expect(lines.slice(-3)).toEqual([
      'one.mp4: waiting for the network',
      'one.mp4: converting',
      `ok one.mp4  ready  1.00 MB  ${ID}`,
    ]);
    expect(log).not.toContain('\x1b');
  });
});

describe('A part that is retried', () => {
  const error = 'S3 refused part 1: 500 InternalError. No space left on device';

  it('is shown with its cause on a terminal, as far as there is room', () => {
    for (const [columns, line] of [
      [100, `a.mp4     50 %  trying again: ${error}`],
      [80, 'a.mp4     50 %  trying again: S3 refused part 1: 500 InternalError. No space l…'],
      [40, 'a.mp4     50 %  trying again'],
    ] as const) {
      const { terminal, reporter, draw } = live(columns);
      reporter.file('a.mp4', TOTAL)(sending(500_000, 'uploading', error));
      draw();
      expect(terminal.lines()).toEqual([line]);
    }
  });

  it('is logged with its cause once, until a part is stored again', () => {
    let log = '';
    const reporter = plainReporter(
      (text) => {
        log += text;
      },
      terminalStyle({}, {}, 'linux'),
    );
    const report = reporter.file('a.mp4', TOTAL);
    report(sending(0, 'uploading', error));
    report(sending(0, 'uploading', 'S3 refused part 2: 500 InternalError.'));
    report(sending(0, 'uploading'));
    report(sending(0, 'waiting', 'Part 1: connect ECONNREFUSED'));
    expect(log).toBe(
      `a.mp4: trying again: ${error}\na.mp4: trying again: Part 1: connect ECONNREFUSED\n`,
    );
  });
});

describe('Lines of JSON', () => {
  it('are one object each, with progress at most once a second', () => {
    let text = '';
    let now = 1_000_000;
    const reporter = jsonReporter(
      (more) => {
        text += more;
      },
      () => now,
    );
    const report = reporter.file('one.mp4', TOTAL);
    report({ kind: 'granted', id: ID, resumed: true });
    for (let sent = 0; sent <= TOTAL; sent += 100_000) {
      report(sending(sent));
      now += 250;
    }
    report({ kind: 'ended', end: rejected });
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual([
      'granted',
      ...['sending', 'sending', 'sending'],
      'ended',
    ]);
    expect(events.at(-1)).toEqual({
      event: 'ended',
      file: 'one.mp4',
      ...rejected,
    });
  });
});

describe('A terminal’s style', () => {
  const utf8 = { LANG: 'en_GB.UTF-8' };
  it.each([
    ['a terminal', { isTTY: true }, utf8, { live: true, colour: true, unicode: true }],
    [
      'NO_COLOR',
      { isTTY: true },
      { ...utf8, NO_COLOR: '1' },
      { live: true, colour: false, unicode: true },
    ],
    [
      'TERM=dumb',
      { isTTY: true },
      { ...utf8, TERM: 'dumb' },
      { live: false, colour: false, unicode: true },
    ],
    ['a pipe', {}, utf8, { live: false, colour: false, unicode: true }],
    ['the C locale', { isTTY: true }, { LANG: 'C' }, { live: true, colour: true, unicode: false }],
  ])('follows %s', (_, stream, environment, expected) => {
    expect(terminalStyle(stream, environment, 'linux')).toEqual(expected);
  });
});
