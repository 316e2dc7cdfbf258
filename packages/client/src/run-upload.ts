import type { CompactGrant, Upload } from '../../../core/contract/wire.ts';
import { type UploadsApi, uploadsApi } from './api.ts';
import { stopped, systemClock } from './clock.ts';
import { completeUpload } from './complete-upload.ts';
import { ConcurrencyControl } from './concurrency.ts';
import { contentTypeOf } from './content-type.ts';
import { crcToBase64 } from './crc64/base64.ts';
import { fingerprintOf, sameFile } from './fingerprint.ts';
import { PartScheduler } from './part-scheduler.ts';
import type { PartJob, PartSource } from './part-source.ts';
import { PartUrls } from './part-urls.ts';
import type { OpenSource, Platform } from './platform.ts';
import { ProgressMeter } from './progress-meter.ts';
import type { Fingerprint, ResumeRecord } from './resume-record.ts';
import { ResumeSession } from './resume-session.ts';
import { type HeldPart, resumeState } from './resume-state.ts';
import { alwaysOnline } from './retry.ts';
import type { TransferReport } from './transfer-report.ts';
import { UploadError } from './upload-error.ts';
import type { UploadOptions } from './upload-options.ts';

export interface UploadRun {
  readonly platform: Platform;
  readonly open: OpenSource;
  readonly options: UploadOptions;
  /** The unfinished upload to go on with, and no other; without one, a fitting one is looked for. */
  readonly record: ResumeRecord | undefined;
  readonly signal: AbortSignal;
  readonly report: TransferReport;
}

/** One hour: longer than a tunnel, a train or a router's restart. Then the upload can be resumed. */
const PATIENCE_MS = 3_600_000;

/** What is sent: the upload, how it is cut, and the parts that have arrived. */
interface Session {
  readonly upload: Upload;
  /** Undefined for one that is complete already. */
  readonly held: Map<number, HeldPart> | undefined;
  readonly grant?: { readonly grant: CompactGrant; readonly askedAt: number };
}

/** One upload from its file to the answer of `complete`. @throws UploadError */
export async function runUpload(run: UploadRun): Promise<Upload> {
  const source = await run.open();
  const keeper = new ResumeSession(storeOf(run, source));
  run.report.keeping(keeper);
  try {
    const api = uploadsApi({
      ...run.options,
      patienceMs: run.options.patienceMs ?? PATIENCE_MS,
      signal: run.signal,
    });
    return await new Steps(run, source, keeper, api).run();
  } finally {
    keeper.letGo();
    await source.close();
  }
}

function storeOf({ options, platform }: UploadRun, source: PartSource) {
  if (!source.lasting || options.store === false) return undefined;
  return options.store ?? platform.store();
}

class Steps {
  readonly #run: UploadRun;
  readonly #source: PartSource;
  readonly #keeper: ResumeSession;
  readonly #api: UploadsApi;
  #fingerprint: Fingerprint | undefined;

  constructor(run: UploadRun, source: PartSource, keeper: ResumeSession, api: UploadsApi) {
    this.#run = run;
    this.#source = source;
    this.#keeper = keeper;
    this.#api = api;
  }

  async run(): Promise<Upload> {
    const { report, options } = this.#run;
    const meter = new ProgressMeter(this.#source.size);
    report.measuring(meter);
    const found = await this.#found();
    if (this.#run.signal.aborted) throw stopped(this.#run.signal);
    const session = found ?? (await this.#created());
    report.recorded(session.upload.id);
    report.resumable(this.#keeper.works);
    if (!session.held) {
      await this.#keeper.drop();
      return session.upload;
    }
    if (this.#run.signal.aborted) throw stopped(this.#run.signal);
    options.onGranted?.(session.upload);
    const held = session.held;
    const upload = await completeUpload({
      upload: session.upload,
      source: this.#source,
      api: this.#api,
      keeper: this.#keeper,
      held,
      signal: this.#run.signal,
      report,
      meter,
      send: (parts) => this.#send(session, held, meter, parts),
    });
    await this.#keeper.drop();
    return upload;
  }

  /** An unfinished upload of this file. */
  async #found(): Promise<Session | undefined> {
    const { record, options } = this.#run;
    if (record && !this.#source.seekable) throw new UploadError('not_resumable');
    if (!record && !this.#source.lasting) return undefined;
    const fingerprint = await fingerprintOf(this.#source);
    this.#fingerprint = fingerprint;
    if (record) {
      if (!sameFile(record.fingerprint, fingerprint)) throw new UploadError('file_changed');
      const claimed = await this.#keeper.claim(record);
      if (!claimed) throw new UploadError('busy');
      return this.#takenUp(claimed);
    }
    if (options.resume === false) return undefined;
    const kept = await this.#keeper.find(
      (record) =>
        sameFile(record.fingerprint, fingerprint) &&
        ASKED.every((name) => !options[name] || same(options[name], record[name])),
    );
    if (!kept) return undefined;
    try {
      return await this.#takenUp(kept);
    } catch (error) {
      const { code } = error as UploadError;
      if (code === 'upload_not_found') this.#keeper.letGo();
      else if (GONE.includes(code)) await this.#keeper.drop();
      else throw error;
      return undefined;
    }
  }

  async #takenUp(record: ResumeRecord): Promise<Session> {
    if (record.uploadId !== undefined) {
      this.#run.report.recorded(record.uploadId);
      return resumeState(this.#api, record.uploadId, record);
    }
    return this.#create(record);
  }

  async #created(): Promise<Session> {
    const { options } = this.#run;
    const fileName = options.fileName ?? this.#source.name;
    // Systems call .ts a translation and .mts something of DLNA: a suffix that is a video's comes first.
    const contentType = options.contentType ?? contentTypeOf(fileName) ?? this.#source.type;
    const record: ResumeRecord = {
      version: 1,
      id: randomId(),
      api: options.api,
      fileName,
      contentType: contentType || 'application/octet-stream',
      ...(options.metadata && { metadata: options.metadata }),
      fingerprint: this.#fingerprint ?? {
        name: this.#source.name,
        size: this.#source.size,
        sample: '',
      },
      createdAt: new Date((options.clock ?? systemClock).now()).toISOString(),
      parts: [],
      ...this.#source.found,
    };
    await this.#keeper.put(record);
    return this.#create(record);
  }

  /** Not stopped by a cancel, but waited for by it: what is recorded must be known to be cancelled. */
  async #create(record: ResumeRecord): Promise<Session> {
    const { options } = this.#run;
    const askedAt = (options.clock ?? systemClock).now();
    const request = {
      fileName: record.fileName,
      contentType: record.contentType,
      size: this.#source.size,
      ...(record.metadata && { metadata: { ...record.metadata } }),
    };
    try {
      const { upload, grant } = await uploadsApi(options).create(request, record.id);
      await this.#keeper.put({
        ...record,
        uploadId: upload.id,
        partSize: upload.parts.size,
        deadline: upload.deadline,
      });
      return { upload, held: new Map(), grant: { grant, askedAt } };
    } catch (error) {
      // Nothing is recorded that could be gone on with, unless the answer was lost.
      if (error instanceof UploadError && !error.retryable) await this.#keeper.drop();
      throw error;
    }
  }

  async #send(
    { upload, grant }: Session,
    held: Map<number, HeldPart>,
    meter: ProgressMeter,
    parts: readonly PartJob[],
  ): Promise<void> {
    const { options, platform, signal, report } = this.#run;
    const clock = options.clock ?? systemClock;
    const urls = new PartUrls({
      now: () => clock.now(),
      sign: async (partNumbers) => (await this.#api.sign(upload.id, partNumbers)).grant,
      outstanding: () => sending.outstanding(),
    });
    if (grant) urls.granted(grant.grant, grant.askedAt);
    const bounds = options.concurrency
      ? { start: options.concurrency, most: options.concurrency }
      : platform.concurrency;
    const sending = new PartScheduler(parts, {
      source: this.#source,
      urls,
      meter,
      concurrency: new ConcurrencyControl(bounds),
      clock,
      random: options.random ?? Math.random,
      connectivity: options.connectivity ?? alwaysOnline,
      signal,
      stallMs: options.stallMs ?? 30_000,
      patienceMs: options.patienceMs ?? PATIENCE_MS,
      onSent: async ({ part: { partNumber }, etag, crc }) => {
        held.set(partNumber, { etag, crc: crcToBase64(crc) });
        await this.#keeper.addPart({ partNumber, etag, crc: crcToBase64(crc) });
        report.resumable(this.#keeper.works);
      },
      onChange: () => report.moved(),
    });
    report.sending(sending);
    try {
      await sending.run();
    } finally {
      report.sending(undefined);
    }
  }
}

/** Codes that say that an unfinished upload cannot be gone on with. */
const GONE: string[] = [
  'not_resumable',
  'upload_gone',
  'status_conflict',
  'idempotency_key_reused',
];

/** What the caller may ask for; an unfinished upload that was begun with other things is not gone on with. */
const ASKED = ['api', 'fileName', 'contentType', 'metadata'] as const;

function same(one: string | object = {}, other: string | object = {}): boolean {
  const text = (value: string | object) => JSON.stringify(Object.entries(value).sort());
  return text(one) === text(other);
}

/** 128 random bits. `crypto.randomUUID` is there for pages from https only. */
function randomId(): string {
  return crypto.getRandomValues(new BigUint64Array(2)).join('-');
}
