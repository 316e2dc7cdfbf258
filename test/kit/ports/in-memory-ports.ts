import { type Budgets, defaultBudgets } from '../../../core/quota/budgets.ts';
import { defaultUploadPolicy, type UploadPolicy } from '../../../core/uploads/upload-policy.ts';
import type { SignersOf } from '../../../functions/ports/signing.ts';
import type { Manifests } from '../../../functions/ports/storage.ts';
import { Calls } from './calls.ts';
import { InMemoryAdmission } from './in-memory-admission.ts';
import { InMemoryDelivery } from './in-memory-delivery.ts';
import { InMemoryStorage } from './in-memory-storage.ts';
import { InMemoryTable } from './in-memory-table.ts';
import { InMemoryWorkflow } from './in-memory-workflow.ts';

/** Every port in memory, all of them watched by `calls`. */
export function inMemoryPorts(
  policy: UploadPolicy = defaultUploadPolicy,
  manifests: Manifests = { readHls: async () => undefined, readDash: async () => undefined },
  budgets: Budgets = defaultBudgets,
) {
  const calls = new Calls();
  const table = new InMemoryTable();
  const admission = new InMemoryAdmission(table);
  const storage = new InMemoryStorage();
  const workflow = new InMemoryWorkflow();
  const signed: { readonly kind: string; readonly enoughSeconds: number; readonly now: number }[] =
    [];
  const signers: SignersOf<'parts' | 'object' | 'form' | 'original'> = {
    signing: async (kind, enoughSeconds, now) => {
      signed.push({ kind, enoughSeconds, now });
      return {
        bucketUrl: 'https://sources.s3.eu-west-1.amazonaws.com',
        region: 'eu-west-1',
        credentials: { accessKeyId: kind, secretAccessKey: 'secret', sessionToken: 'token' },
      };
    },
  };
  const delivery = new InMemoryDelivery();
  let random = 0;
  return {
    calls,
    delivery,
    table,
    admission,
    storage,
    workflow,
    signed,
    ports: {
      uploads: calls.watch('uploads', table.uploads),
      reservations: calls.watch('reservations', table.reservations),
      capabilities: calls.watch('capabilities', table.capabilityStore),
      requestCounts: calls.watch('requestCounts', table.requestCounts),
      limitRequests: async () => ({ outcome: 'counted' }) as const,
      intake: { isClosed: async () => table.intakeClosed },
      outputBudget: calls.watch('outputBudget', table.outputBudget),
      index: table.index,
      admission: calls.watch('admission', admission.store),
      callbacks: calls.watch('callbacks', admission.callbacks),
      limits: { jobsAtOnce: 2, jobsAtOncePerOwner: 1 },
      multipart: calls.watch('multipart', storage.multipart),
      sources: calls.watch('sources', storage.sourceObjects),
      outputs: calls.watch('outputs', storage.outputObjects),
      stagedFiles: calls.watch('stagedFiles', storage.stagedFiles),
      executions: calls.watch('executions', workflow.executions),
      jobs: calls.watch('jobs', workflow.jobPort),
      announcements: calls.watch('announcements', workflow.announcements),
      signingKeys: { versions: delivery.versions, edge: calls.watch('edge', delivery.edge) },
      moderators: { claim: 'cognito:groups', value: 'moderators' },
      requests: { begin: () => undefined, left: () => Number.POSITIVE_INFINITY },
      signers: calls.watch('signers', signers),
      manifests: calls.watch('manifests', manifests),
      delivery: { host: delivery.host, keys: calls.watch('keys', delivery.keys) },
      edge: calls.watch('edge', delivery.edge),
      policy,
      retention: { endedDays: 30 },
      budgets,
      sourceBucket: 'sources',
      outputBucket: 'outputs',
      allowedOrigins: ['https://app.example.com'],
      sessionSeconds: 3_600,
      randomBytes: (size: number) => {
        random += 1;
        return new Uint8Array(size).fill(random);
      },
    },
  };
}
