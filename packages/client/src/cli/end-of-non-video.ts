import { type FileHandle, open } from 'node:fs/promises';
import { reasons } from '../../../../core/contract/reasons.ts';
import { SNIFF_BYTES, sniff } from '../../../../core/media/sniff.ts';
import { UploadError } from '../upload-error.ts';
import { EXIT } from './exit-code.ts';
import type { FileEnd } from './file-event.ts';
import type { FoundFile } from './find-files.ts';
import { withDetail } from './problem-text.ts';

/** Refusals that hold for every deployment. Which containers are accepted is for the service to say. */
const CERTAIN_REFUSALS = ['empty_file', 'not_a_video', 'playlist_not_video'] as const;

/**
 * Checks the first bytes of a file by the rules of the service, so that no byte is sent of a file that is certainly
 * not a video.
 *
 * @returns how the file ended; undefined if it may be a video
 * @throws UploadError `file_unreadable`
 */
export async function endOfNonVideo(file: FoundFile): Promise<FileEnd | undefined> {
  const sniffed = sniff(await firstBytes(file));
  if (!('refused' in sniffed)) return undefined;
  const { detail } = sniffed.refused;
  const code = CERTAIN_REFUSALS.find((refusal) => refusal === sniffed.refused.code);
  if (code === undefined) return undefined;
  const { sentence, next, retryable } = reasons[code];
  return {
    exit: EXIT.file,
    id: undefined,
    status: 'not_sent',
    totalBytes: file.size,
    problem: { code, sentence: withDetail(sentence, detail), next, retryable },
  };
}

async function firstBytes({ given, path }: FoundFile): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw new UploadError('file_unreadable', { message: `${given} cannot be read.`, cause });
  } finally {
    await handle?.close();
  }
}
