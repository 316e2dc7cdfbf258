import type { Timer } from '../shared/clock.ts';
import type { Engine } from './engine.ts';
import { addDeleteMarker } from './operations/delete-object.ts';
import { type Actor, objectDeleted } from './operations/events.ts';
import type { StoredVersion } from './store/objects.ts';
import type { Bucket, LifecycleRule } from './store/settings.ts';
import type { Change } from './store/store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long the result of a completed upload is stored for repeated requests. */
const COMPLETED_KEPT_MS = DAY_MS;

/** Applies the lifecycle rules at once and then every hour, until it is stopped. */
export function startLifecycle(engine: Engine): { stop(): void } {
  let timer: Timer | undefined;
  const run = () => {
    enforceLifecycle(engine);
    timer = engine.clock.at(engine.clock.now() + HOUR_MS, run);
  };
  timer = engine.clock.at(engine.clock.now(), run);
  return { stop: () => timer?.cancel() };
}

/** Applies the rules of all buckets once. A second run at the same time changes nothing. */
export function enforceLifecycle(engine: Engine): void {
  const now = engine.clock.now();
  engine.store.change(() => engine.store.uploads.deleteCompletedBefore(now - COMPLETED_KEPT_MS));
  for (const bucket of engine.store.buckets.all()) {
    for (const rule of bucket.settings.lifecycle ?? []) {
      engine.store.change((change) => {
        abortUploads(engine, change, bucket, rule, now);
        expireObjects(engine, change, bucket, rule, now);
      });
    }
  }
}

/** Like S3, counts whole days that end at midnight UTC. */
function isDue(since: number, days: number, now: number): boolean {
  return now >= Math.ceil((since + days * DAY_MS) / DAY_MS) * DAY_MS;
}

function abortUploads(
  engine: Engine,
  change: Change,
  bucket: Bucket,
  { prefix, abortIncompleteAfterDays: days }: LifecycleRule,
  now: number,
): void {
  if (days === undefined) return;
  const { uploads } = engine.store;
  for (const { uploadId, key, initiatedAt } of [...uploads.scan(bucket.name, prefix)]) {
    if (!key.startsWith(prefix)) break;
    if (!isDue(initiatedAt, days, now)) continue;
    change.free(uploads.parts(uploadId).map(({ blob }) => blob));
    uploads.remove(uploadId);
  }
}

function expireObjects(
  engine: Engine,
  change: Change,
  bucket: Bucket,
  rule: LifecycleRule,
  now: number,
): void {
  const { prefix, expirationDays, noncurrentExpiration, expiredObjectDeleteMarker } = rule;
  if (!expirationDays && !noncurrentExpiration && !expiredObjectDeleteMarker) return;
  const actor: Actor = { requestId: engine.newId(), requester: 's3.amazonaws.com' };
  for (const versions of versionsByKey(engine, bucket, prefix)) {
    const [latest, ...noncurrent] = versions;
    if (!latest) continue;
    const remove = (version: StoredVersion) => {
      change.free(engine.store.objects.remove(version));
      if (!bucket.settings.eventBridge) return;
      const reason = 'Lifecycle Expiration';
      change.emit(objectDeleted(engine, bucket, version, actor, 'Permanently Deleted', reason));
    };
    if (noncurrentExpiration) {
      const { days, keep = 0 } = noncurrentExpiration;
      noncurrent.forEach((version, index) => {
        // A version is noncurrent since the next version was created.
        const since = versions[index]?.modifiedAt ?? now;
        if (index >= keep && isDue(since, days, now)) remove(version);
      });
    }
    if (expirationDays !== undefined && !latest.deleteMarker) {
      if (!isDue(latest.modifiedAt, expirationDays, now)) continue;
      if (bucket.settings.versioning === 'Unversioned') remove(latest);
      else addDeleteMarker(engine, change, bucket, latest.key, actor, 'Lifecycle Expiration');
    }
    const alone = latest.deleteMarker && noncurrent.length === 0;
    const markerDue = expirationDays !== undefined && isDue(latest.modifiedAt, expirationDays, now);
    if (alone && (expiredObjectDeleteMarker || markerDue)) remove(latest);
  }
}

/** The versions of each key, newest first. Read before anything is changed. */
function versionsByKey(engine: Engine, bucket: Bucket, prefix: string): StoredVersion[][] {
  const keys = new Map<string, StoredVersion[]>();
  for (const version of engine.store.objects.scanVersions(bucket.name, prefix)) {
    if (!version.key.startsWith(prefix)) break;
    const known = keys.get(version.key);
    if (known) known.push(version);
    else keys.set(version.key, [version]);
  }
  return [...keys.values()];
}
