import type { Upload } from '../../../../core/contract/wire.ts';
import { statusWords } from './file-line.ts';
import { bytesText, secondsText } from './quantities.ts';
import { fitted, printable, textWidth } from './text-width.ts';

/** All facts about one upload, one a line. */
export function uploadText(upload: Upload): string {
  const { media, playback, reason } = upload;
  const video = media?.video[0];
  const facts: [string, string | undefined][] = [
    ['id', upload.id],
    ['status', statusText(upload)],
    ['size', bytesText(upload.size)],
    ['type', upload.contentType],
    ['created', upload.createdAt],
    ['updated', upload.updatedAt],
    ['deadline', upload.deadline],
    [
      'reason',
      reason && `${reason.sentence}${reason.detail ? ` ${reason.detail}` : ''} (${reason.code})`,
    ],
    ['next', reason?.next],
    [
      'video',
      video &&
        `${video.displayWidth} x ${video.displayHeight}, ${video.codec}, ${secondsText(media.durationSeconds)}`,
    ],
    ['sound', media && (media.audio[0]?.codec ?? 'none')],
    [
      'renditions',
      playback?.renditions.map(({ width, height }) => `${width} x ${height}`).join(', '),
    ],
    ...Object.entries(upload.metadata),
  ];
  const lines = facts.flatMap(([name, value]) =>
    value ? [`  ${printable(name).padEnd(10)}  ${printable(value)}`] : [],
  );
  return [printable(nameOf(upload)), ...lines].join('\n');
}

/** The name of a cancelled, deleted or expired upload is erased. */
function nameOf({ displayName = '-' }: Upload): string {
  return displayName;
}

function statusText({ status, progress }: Upload): string {
  const words = statusWords(status, progress.queue);
  const isMoving = status === 'transcoding' || status === 'waiting';
  const shown = words === status ? status : `${status} (${words})`;
  return isMoving ? `${shown}, ${Math.floor(progress.percent)} %` : shown;
}

/** One upload in one line: status, size, time, id, name. The name is shortened to fit, unless `columns` is undefined. */
export function uploadRow(upload: Upload, columns: number | undefined): string {
  const when = upload.createdAt.slice(0, 16).replace('T', ' ');
  const size = bytesText(upload.size).padStart(8);
  const head = `${upload.status.padEnd(11)}  ${size}  ${when}  ${upload.id}  `;
  const name = printable(nameOf(upload));
  if (columns === undefined || textWidth(head) + textWidth(name) <= columns) return head + name;
  const room = columns - textWidth(head);
  // Too narrow for a table: the name is on a separate line below.
  if (room < 12) return `${head.trimEnd()}\n  ${fitted(name, columns - 2).trimEnd()}`;
  return head + fitted(name, room).trimEnd();
}
