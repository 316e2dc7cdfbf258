import { statusShard, type UploadItem, uploadItemKey } from '../../../core/uploads/records.ts';
import type { AdmissionChange, UploadStep } from '../../ports/admission.ts';
import { ItemUpdate } from './item-update.ts';
import type { Table } from './table.ts';
import type { TransactionItems } from './transaction.ts';

/** The write to the upload of an admission change. */
export function uploadUpdate(
  table: Table,
  { upload: step, at }: AdmissionChange,
): TransactionItems {
  if (step.step === 'none' || step.upload === undefined) return [];
  const update = new ItemUpdate(table.name, uploadItemKey(step.upload.uploadId));
  switch (step.step) {
    case 'queue':
      queue(update, step, at);
      break;
    case 'start':
      start(update, step.upload, at);
      break;
    case 'unqueue':
      update.set('queueKey', undefined);
      update.require('#queueKey = :seenKey', ['queueKey'], { ':seenKey': step.entry.queueKey });
      break;
  }
  return [{ Update: update.input() }];
}

/** Also the change to `transcoding` of an upload that has no slot yet, as RecordOwnership and RecordApproval make it. */
function queue(
  update: ItemUpdate,
  { upload, request, queueKey }: Extract<UploadStep, { step: 'queue' }>,
  at: string,
): void {
  const { status, quota } = upload;
  update.set('queueKey', queueKey);
  update.set('slotToken', request.token);
  update.set('slotAttempt', request.attempt);
  update.set('statusShard', statusShard('queued', upload.shard));
  update.set('updatedAt', at);
  update.require(
    '#status = :seenStatus AND #execution = :execution AND attribute_not_exists(#queueKey)',
    ['status', 'execution', 'queueKey'],
    { ':seenStatus': status, ':execution': request.execution },
  );
  update.require(
    'attribute_not_exists(#slotAttempt) OR #slotAttempt < :slotAttempt',
    ['slotAttempt'],
    {},
  );
  if (status !== 'transcoding') {
    update.set('status', 'transcoding');
    update.set('media', request.media);
    update.set('reviewToken', undefined);
    update.append('timeline', { at, to: 'transcoding', by: 'workflow' });
  }
  if (quota === 'reserved') {
    update.set('quota', 'used');
    update.require('#quota = :reserved', ['quota'], { ':reserved': 'reserved' });
  }
}

function start(update: ItemUpdate, { shard, queueKey, slotToken }: UploadItem, at: string): void {
  update.set('queueKey', undefined);
  update.set('slotAt', at);
  update.set('statusShard', statusShard('transcoding', shard));
  update.set('updatedAt', at);
  update.require(
    '#status = :transcoding AND #queueKey = :seenKey AND #slotToken = :token',
    ['status', 'queueKey', 'slotToken'],
    { ':transcoding': 'transcoding', ':seenKey': queueKey, ':token': slotToken },
  );
}
