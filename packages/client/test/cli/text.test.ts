import * as fc from 'fast-check';
import { liveLine, statusWords } from '../../src/cli/file-line.ts';
import { bytesText, percentText, secondsText } from '../../src/cli/quantities.ts';
import { redacted } from '../../src/cli/redact.ts';
import { fitted, printable, textWidth } from '../../src/cli/text-width.ts';

describe('Quantities', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.00 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [12_340_000, '12.3 MB'],
    [1_250_000_000, '1.25 GB'],
    [7_000_000_000_000_000, '7000 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

  it.each([
    [0, '0:00'],
    [59.6, '1:00'],
    [754, '12:34'],
    [3_723, '1:02:03'],
  ])('%d seconds are %s', (seconds, text) => expect(secondsText(seconds)).toBe(text));

  it('100 % means that all is there', () => {
    expect(percentText(999_999, 1_000_000)).toBe('99 %');
    expect(percentText(1_000_000, 1_000_000)).toBe('100 %');
    expect(percentText(0, 0)).toBe('100 %');
  });
});

describe('A name on a terminal', () => {
  it('cannot move the cursor, set colours, or reverse the line', () => {
    expect(printable('a\x1b[2Jb\r\nc\u202egp4')).toBe('a\ufffd[2Jb\ufffd\ufffdc\ufffdgp4');
  });

  it('is as wide as the terminal shows it', () => {
    expect(textWidth('café')).toBe(4);
    expect(textWidth('cafe\u0301')).toBe(4);
    expect(textWidth('動画')).toBe(4);
    expect(textWidth('🎬')).toBe(2);
  });

  it('loses its middle if there is no room', () => {
    expect(fitted('holiday-in-the-mountains.mp4', 16)).toBe('holiday-…ins.mp4');
    expect(fitted('短い動画.mp4', 9)).toBe('短い….mp4');
  });

  it('takes exactly the given columns', () => {
    void fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 60 }),
        (raw, columns) => {
          expect(textWidth(fitted(printable(raw), columns))).toBe(columns);
        },
      ),
    );
  });
});

describe('The line of an active file', () => {
  const event = (sentBytes: number) => ({
    kind: 'sending' as const,
    state: 'uploading' as const,
    sentBytes,
    totalBytes: 1_000_000_000,
    bytesPerSecond: 12_300_000,
    secondsLeft: 44,
  });
  const view = { name: 'holiday.mp4', totalBytes: 1_000_000_000, event: event(450_000_000) };

  it('shows everything in a wide window, and the most important in a narrow one', () => {
    expect([100, 60, 40, 24, 12, 5].map((columns) => liveLine(view, columns, true))).toEqual([
      'holiday.mp4  [█████████░░░░░░░░░░░]   45 %  12.3 MB/s  0:44 left  of 1.00 GB',
      'holiday.mp4  [█████████░░░░░░░░░░░]   45 %  12.3 MB/s',
      'holiday.mp4  45 %  12.3 MB/s',
      'holiday.mp4  45 %',
      '45 %',
      '45 %',
    ]);
  });

  it('can be drawn in ASCII', () => {
    const line = liveLine({ ...view, name: 'a-very-long-name-of-a-video-file.mp4' }, 70, false);
    expect(line).toMatch(/^[\x20-\x7e]+$/);
    expect(line).toContain('[#########...........]');
  });

  it('is never wider than the window', () => {
    void fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 5, max: 200 }),
        fc.nat(1_000_000_000),
        fc.boolean(),
        (raw, columns, sent, unicode) => {
          const line = liveLine(
            { ...view, name: printable(raw), event: event(sent) },
            columns,
            unicode,
          );
          expect(textWidth(line)).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});

describe('Secrets', () => {
  it('are redacted: queries of presigned URLs, bearer tokens, tokens in use', () => {
    const text =
      'PUT https://b.s3.amazonaws.com/k?partNumber=1&X-Amz-Credential=AKIA%2F1&X-Amz-Signature=0a failed; Bearer eyJ.x.y; tok-1';
    expect(redacted(text, ['tok-1'])).toBe(
      'PUT https://b.s3.amazonaws.com/k?[redacted] failed; Bearer [redacted]; [redacted]',
    );
  });

  it('are the only thing that is redacted', () => {
    expect(redacted('Is it https://example.com/a?b=c?')).toBe('Is it https://example.com/a?b=c?');
  });
});

describe('A status', () => {
  it.each([
    [undefined, 'converting'],
    [{ waiting: true }, 'waiting for capacity'],
    [{ waiting: true, estimatedSeconds: 5 }, 'waiting for capacity, about 1 minute'],
    [{ waiting: true, estimatedSeconds: 200 }, 'waiting for capacity, about 3 minutes'],
  ] as const)('transcoding with %j is %s', (queue, words) => {
    expect(statusWords('transcoding', queue)).toBe(words);
  });
});
