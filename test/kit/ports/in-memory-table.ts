import { capabilityKey } from '../../../core/grants/capability.ts';
import {
  type DailyUse,
  dailyRefusal,
  dayExpiresAt,
  dayOf,
} from '../../../core/quota/daily-budget.ts';
import { quotaDeltas, quotaRefusal } from '../../../core/quota/quota.ts';
import { minuteOf } from '../../../core/quota/request-rate.ts';
import { isAnnounced } from '../../../core/uploads/announcement.ts';
import { ERASED_AT_END } from '../../../core/uploads/erasure.ts';
import { parseUploadItem } from '../../../core/uploads/parse-records.ts';
import {
  type CapabilityItem,
  type DayItem,
  dayItemKey,
  IDEMPOTENCY_SECONDS,
  type IdempotencyItem,
  idempotencyItemKey,
  type QuotaItem,
  type QuotaState,
  quotaItemKey,
  statusShard,
  type UploadItem,
} from '../../../core/uploads/records.ts';
import type {
  Capabilities,
  OutputBudget,
  RequestCounts,
  StatusIndex,
  UploadReservations,
  UploadStore,
} from '../../../functions/ports/uploads.ts';

const ERASED = Object.fromEntries(ERASED_AT_END.map((name) => [name, undefined]));

/** The table in memory, with the conditions of the real one. */
export class InMemoryTable {
  readonly items = new Map<string, UploadItem>();
  readonly quotas = new Map<string, QuotaItem>();
  readonly idempotencyKeys = new Map<string, IdempotencyItem>();
  intakeClosed = false;
  /** By owner and day. */
  readonly days = new Map<string, DayItem>();
  readonly capabilities = new Map<string, CapabilityItem>();

  /** Writes attributes of an upload without any condition, as another process does. */
  set(uploadId: string, changes: object): void {
    this.items.set(uploadId, parseUploadItem({ ...this.items.get(uploadId), ...changes }));
  }

  add(item: UploadItem): UploadItem {
    this.items.set(item.uploadId, parseUploadItem(item));
    return item;
  }

  readonly uploads: UploadStore = {
    get: async (uploadId) => this.items.get(uploadId),
    list: async (owner, { limit, after, statuses }) => {
      const all = [...this.items.values()]
        .filter((item) => item.owner === owner && statuses.includes(item.status))
        .sort((a, b) => (a.uploadId < b.uploadId ? 1 : -1))
        .filter(({ uploadId }) => after === undefined || uploadId < after);
      const items = all.slice(0, limit);
      const last = items.at(-1)?.uploadId;
      return all.length > limit && last !== undefined ? { items, last } : { items };
    },
    changeStatus: async ({ uploadId, shard }, change) => {
      const item = this.items.get(uploadId);
      const { from, entry, partition = entry.to, reason, playback, jobId, execution } = change;
      const { expiresAt } = change;
      if (!item || !from.includes(item.status)) return undefined;
      if (execution !== undefined && item.execution !== execution) return undefined;
      this.set(uploadId, {
        status: entry.to,
        sequence: item.sequence + (isAnnounced(entry.to) ? 1 : 0),
        statusShard: statusShard(partition, shard),
        updatedAt: entry.at,
        timeline: [...item.timeline, entry],
        slotToken: undefined,
        ...(reason && { reason }),
        ...(playback && { playback }),
        ...(jobId && { jobId }),
        ...(expiresAt !== undefined && { ...ERASED, expiresAt }),
      });
      return this.items.get(uploadId);
    },
    beginAttempt: async ({ uploadId, shard, execution, attempt: before }, next, entry) => {
      const item = this.items.get(uploadId);
      if (item?.status !== 'failed' || item.attempt !== before) return undefined;
      if (item.execution !== execution) return undefined;
      this.set(uploadId, {
        status: entry.to,
        statusShard: statusShard(entry.to, shard),
        updatedAt: entry.at,
        attempt: next.attempt,
        resumeStep: next.step,
        timeline: [...item.timeline, entry],
        reason: undefined,
        failedStep: undefined,
        ...(next.jobId === undefined && { jobId: undefined, transcodePercent: undefined }),
      });
      return this.items.get(uploadId);
    },
    setVisibility: async (uploadId, visibility) => {
      if (!this.items.has(uploadId)) return undefined;
      this.set(uploadId, { visibility });
      return this.items.get(uploadId);
    },
    nextCaptionRevision: async (uploadId) => {
      const item = this.items.get(uploadId);
      if (item?.status !== 'ready') return undefined;
      this.set(uploadId, { captionRevision: item.captionRevision + 1 });
      return item.captionRevision + 1;
    },
    setCaptions: async (uploadId, captions, before) => {
      const item = this.items.get(uploadId);
      if (item?.status !== 'ready' || item.captions?.revision !== before) return undefined;
      this.set(uploadId, { captions });
      return this.items.get(uploadId);
    },
    recordMultipartUpload: async (uploadId, s3UploadId, at) => {
      const item = this.items.get(uploadId);
      if (item?.status !== 'waiting' || item.s3UploadId !== undefined) return false;
      this.set(uploadId, { s3UploadId, updatedAt: at });
      return true;
    },
    returnQuota: async ({ uploadId }, from) => {
      if (this.items.get(uploadId)?.quota !== from) return false;
      this.moveQuota(uploadId, 'returned');
      return true;
    },
    expire: async (upload, entry, reason, expiresAt) => {
      const item = this.items.get(upload.uploadId);
      const same = item?.s3UploadId === upload.s3UploadId;
      if (item?.status !== 'waiting' || item.quota !== 'reserved' || !same) return false;
      this.moveQuota(upload.uploadId, 'returned');
      this.set(upload.uploadId, {
        status: 'expired',
        sequence: item.sequence + 1,
        statusShard: statusShard('expired', item.shard),
        updatedAt: entry.at,
        timeline: [...item.timeline, entry],
        reason,
        ...ERASED,
        expiresAt,
      });
      return true;
    },
    recordJobProgress: async ({ uploadId, jobId, attempt, percent }, at) => {
      const item = this.items.get(uploadId);
      if (item?.status !== 'transcoding' || item.attempt !== attempt) return false;
      const forward = item.jobId === jobId && (item.transcodePercent ?? 0) < percent;
      if (item.jobId !== undefined && !forward) return false;
      this.set(uploadId, {
        jobId,
        transcodePercent: percent,
        updatedAt: at,
        slotToken: undefined,
      });
      return true;
    },
  };

  readonly reservations: UploadReservations = {
    findIdempotencyKey: async (owner, key, seconds) => {
      const earlier = this.idempotencyKeys.get(`${owner} ${key}`);
      return earlier && earlier.expiresAt > seconds ? earlier : undefined;
    },
    getQuota: async (owner) => this.quotas.get(owner),
    getDay: async (owner, day) => this.days.get(`${owner} ${day}`),
    reserve: async (item, { quota, daily }, now) => {
      const seconds = Math.floor(now / 1000);
      const { owner, size, idempotencyKey: key } = item;
      const held = this.quotas.get(owner);
      const full = held && quotaRefusal(held, size, { quota }) !== undefined;
      const used = key === undefined ? undefined : this.idempotencyKeys.get(`${owner} ${key}`);
      if (full || (used && used.expiresAt > seconds) || this.items.has(item.uploadId)) return false;
      if (!this.useDay(owner, daily, now)) return false;
      this.add(item);
      this.addQuota(owner, quotaDeltas(undefined, 'reserved', size));
      if (key !== undefined) {
        this.idempotencyKeys.set(`${owner} ${key}`, {
          ...idempotencyItemKey(owner, key),
          uploadId: item.uploadId,
          requestHash: item.requestHash ?? '',
          createdAt: item.createdAt,
          expiresAt: seconds + IDEMPOTENCY_SECONDS,
        });
      }
      return true;
    },
  };

  readonly index: StatusIndex = {
    uploadsIn: (partition, shard, before) => this.uploadsIn(statusShard(partition, shard), before),
    move: async ({ uploadId, shard, status, statusShard: from }, to) => {
      const item = this.items.get(uploadId);
      if (item?.statusShard !== from || item?.status !== status) return;
      this.set(uploadId, { statusShard: to && statusShard(to, shard) });
    },
    touch: async ({ uploadId, statusShard: from }, at) => {
      if (this.items.get(uploadId)?.statusShard === from) this.set(uploadId, { updatedAt: at });
    },
  };

  /** Requests by caller and minute. */
  readonly requests = new Map<string, number>();

  readonly requestCounts: RequestCounts = {
    add: async (caller, count, limit, now) => {
      const key = `${caller} ${minuteOf(now)}`;
      const sum = (this.requests.get(key) ?? 0) + count;
      if (sum > limit) return false;
      this.requests.set(key, sum);
      return true;
    },
  };

  readonly outputBudget: OutputBudget = {
    reserve: async ({ uploadId, owner }, daily, now) => {
      const item = this.items.get(uploadId);
      if (!item || item.outputSeconds !== undefined) return false;
      if (!this.useDay(owner, daily, now)) return false;
      this.set(uploadId, { outputSeconds: daily.count });
      return true;
    },
    reserved: async (uploadId) => this.items.get(uploadId)?.outputSeconds,
    used: async (owner, day) => this.days.get(`${owner} ${day}`)?.outputSeconds,
  };

  readonly capabilityStore: Capabilities = {
    put: async (item, daily, now) => {
      if (!this.useDay(item.owner, daily, now)) return false;
      this.capabilities.set(item.pk, item);
      return true;
    },
    find: async (capability, now) => {
      const item = this.capabilities.get(capabilityKey(capability)?.pk ?? '');
      return item && item.expiresAt * 1000 > now ? item : undefined;
    },
  };

  /** Counts an upload that a test has added, as its creation and its workflow would have. */
  countQuota({ owner, size, quota }: UploadItem): void {
    this.addQuota(owner, quotaDeltas(undefined, 'reserved', size));
    if (quota !== 'reserved') this.addQuota(owner, quotaDeltas('reserved', quota, size));
  }

  moveQuota(uploadId: string, to: QuotaState): void {
    const item = this.items.get(uploadId);
    if (!item) throw new Error(`There is no upload ${uploadId}.`);
    this.addQuota(item.owner, quotaDeltas(item.quota, to, item.size));
    this.set(uploadId, { quota: to });
  }

  private addQuota(owner: string, deltas: Omit<QuotaItem, 'pk' | 'sk'>): void {
    const before = this.quotas.get(owner) ?? {
      ...quotaItemKey(owner),
      totalBytes: 0,
      reservedBytes: 0,
      usedBytes: 0,
      activeUploads: 0,
    };
    this.quotas.set(owner, {
      ...before,
      totalBytes: before.totalBytes + deltas.totalBytes,
      reservedBytes: before.reservedBytes + deltas.reservedBytes,
      usedBytes: before.usedBytes + deltas.usedBytes,
      activeUploads: before.activeUploads + deltas.activeUploads,
    });
  }

  private useDay(owner: string, daily: DailyUse, now: number): boolean {
    const key = `${owner} ${dayOf(now)}`;
    const before = this.days.get(key);
    if (before && dailyRefusal(before, daily, now)) return false;
    this.days.set(key, {
      ...dayItemKey(owner, dayOf(now)),
      ...before,
      [daily.amount]: (before?.[daily.amount] ?? 0) + daily.count,
      expiresAt: dayExpiresAt(now),
    });
    return true;
  }

  private async *uploadsIn(shard: string, before: string): AsyncGenerator<string> {
    const found = [...this.items.values()]
      .filter((item) => item.statusShard === shard && item.updatedAt <= before)
      .sort((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1));
    for (const { uploadId } of found) yield uploadId;
  }
}
