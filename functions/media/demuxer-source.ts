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

// Its warnings would put names from users' files into our log.
Logging.level = LogLevel.Silent;

/** The few megabytes that an inspection reads are kept by its reader already. */
const CACHE_BYTES = 1024 * 1024;

/**
 * What the demuxer's own checks throw. Everything else that comes out of it (a budget spent, a fault of S3)
 * has come out of our reader and passes as it is.
 */
export interface Demuxer {
  readonly input: Input;
  /** Runs a step of the demuxer; what it throws by itself becomes DamagedMedia. */
  attempt<T>(step: () => Promise<T>): Promise<T>;
  close(): void;
}

/**
 * mediabunny over a ranged reader, with no format allowed but the five that are accepted: no playlist, no
 * URL.
 */
export function openDemuxer(reader: RangedReader): Demuxer {
  let fault: unknown;
  const read = async (start: number, end: number) => {
    try {
      return await reader.read(start, end);
    } catch (error) {
      fault ??= error;
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
        fault ??= error;
      },
    }),
  });
  return {
    input,
    async attempt(step) {
      try {
        return await step();
      } catch (error) {
        if (fault !== undefined) throw fault;
        throw new DamagedMedia('structure', sentenceOf(error));
      }
    },
    close: () => input.dispose(),
  };
}

/** The library's message as one line without the advice that it gives to developers. */
function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return message.split('\n')[0]?.slice(0, 200) || 'The file cannot be read.';
}
