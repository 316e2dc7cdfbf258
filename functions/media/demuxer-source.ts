import {
  CustomSource,
  Input,
  Logging,
  LogLevel,
  MATROSKA,
  MP4,
  MPEG_TS,
  QTFF,
  WEBM,
} from 'mediabunny';
import { DamagedMedia } from './damaged-media.ts';
import type { RangedReader } from './ranged-reader.ts';

// Its warnings would write names from users' files to the log.
Logging.level = LogLevel.Silent;

/** The reader keeps the few megabytes of an inspection already. */
const CACHE_BYTES = 1024 * 1024;

/**
 * Separates the demuxer's own errors from those of our reader (an exceeded budget, an error of S3), which pass
 * unchanged.
 */
export interface Demuxer {
  readonly input: Input;
  /** Runs a step of the demuxer; its own errors become DamagedMedia. */
  attempt<T>(step: () => Promise<T>): Promise<T>;
  close(): void;
}

/**
 * mediabunny over a ranged reader, limited to the five accepted formats: no playlist and no URL.
 */
export function openDemuxer(reader: RangedReader): Demuxer {
  let readerError: unknown;
  const read = async (start: number, end: number) => {
    try {
      return await reader.read(start, end);
    } catch (error) {
      readerError ??= error;
      throw error;
    }
  };
  const input = new Input({
    formats: [MP4, QTFF, WEBM, MATROSKA, MPEG_TS],
    source: new CustomSource({
      getSize: () => reader.size,
      read,
      maxCacheSize: CACHE_BYTES,
      handleUnhandledError: (error) => {
        readerError ??= error;
      },
    }),
  });
  return {
    input,
    async attempt(step) {
      try {
        return await step();
      } catch (error) {
        if (readerError !== undefined) throw readerError;
        throw new DamagedMedia('structure', sentenceOf(error));
      }
    },
    close: () => input.dispose(),
  };
}

/** The library's message as one line, without its advice to developers. */
function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return message.split('\n')[0]?.slice(0, 200) || 'The file cannot be read.';
}
