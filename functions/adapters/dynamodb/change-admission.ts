import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { OwnerShare } from '../../../core/transcoding/admission.ts';
import type { SlotRequest } from '../../../core/transcoding/await-slot.ts';
import {
  type ItemKey,
  queueEntryKey,
  quotaItemKey,
  ringEntryKey,
  SLOTS_KEY,
  statusShard,
  type UploadItem,
  uploadItemKey,
} from '../../../core/uploads/records.ts';
import type { AdmissionChange } from '../../ports/admission.ts';
import { uploadUpdate } from './admission-upload.ts';
import { ifConditionHolds } from './conditions.ts';
import { ItemUpdate } from './item-update.ts';
import { quotaUpdate } from './quota-update.ts';
import type { Table } from './table.ts';
import { type TransactionItems, transact } from './transaction.ts';

/**
 * Writes a change of slots, ring, queue and upload in one transaction. The item of the slots is part of it only if it
 * changes, since every upload of every owner needs that item.
 */
export function changeAdmission(table: Table, change: AdmissionChange): Promise<boolean> {
  return transact(table, [
    ...slotsUpdate(table, change),
    ...shareUpdate(table, change),
    ...ringUpdate(table, change),
    ...queueUpdate(table, change),
    ...uploadUpdate(table, change),
  ]);
}

export async function renewToken(
  table: Table,
  { uploadId, shard }: UploadItem,
  { token, attempt, execution }: SlotRequest,
): Promise<boolean> {
  const written = await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: uploadItemKey(uploadId),
        UpdateExpression: 'SET slotToken = :token, slotAttempt = :attempt, statusShard = :queued',
        ConditionExpression:
          'attribute_exists(queueKey) AND #execution = :execution AND slotAttempt < :attempt',
        ExpressionAttributeNames: { '#execution': 'execution' },
        ExpressionAttributeValues: {
          ':token': token,
          ':queued': statusShard('queued', shard),
          ':attempt': attempt,
          ':execution': execution,
        },
      }),
    ),
  );
  return written !== undefined;
}

/**
 * The conditions: a slot that is taken was free; the round has not moved since a start read it; and the ticket of an
 * owner that enters the ring is not one of an earlier round.
 */
function slotsUpdate(table: Table, { before, after, limits }: AdmissionChange): TransactionItems {
  const from = before.slots;
  const to = after.slots;
  const update = new ItemUpdate(table.name, SLOTS_KEY);
  const taken = missingIn(from.holders, to.holders);
  if (taken.length > 0) {
    update.add('holders', new Set(taken));
    update.require('attribute_not_exists(#holders) OR size(#holders) < :jobsAtOnce', ['holders'], {
      ':jobsAtOnce': limits.jobsAtOnce,
    });
  }
  const returned = missingIn(to.holders, from.holders);
  if (returned.length > 0) update.remove('holders', new Set(returned));
  if (to.waitingOwners !== from.waitingOwners) {
    update.add('waitingOwners', to.waitingOwners - from.waitingOwners);
  }
  if (to.averageSeconds !== from.averageSeconds) update.set('averageSeconds', to.averageSeconds);
  if (to.pausedUntil !== from.pausedUntil) update.set('pausedUntil', to.pausedUntil);
  if (taken.length > 0) {
    update.set('turn', to.turn);
    update.requireNumber('turn', from.turn);
  } else if (after.share.ticket !== undefined && after.share.ticket !== before.share.ticket) {
    update.require('attribute_not_exists(#turn) OR #turn <= :ticket', ['turn'], {
      ':ticket': after.share.ticket,
    });
  }
  return update.changes ? [{ Update: update.input() }] : [];
}

/** The condition: the share is as it was read, so that an owner enters and leaves the ring when it should. */
function shareUpdate(
  table: Table,
  { owner, before, after, upload }: AdmissionChange,
): TransactionItems {
  const from = before.share;
  const to = after.share;
  const update = new ItemUpdate(table.name, quotaItemKey(owner));
  const taken = missingIn(from.jobs, to.jobs);
  if (taken.length > 0) update.add('jobs', new Set(taken));
  const returned = missingIn(to.jobs, from.jobs);
  if (returned.length > 0) update.remove('jobs', new Set(returned));
  if (to.waitingJobs !== from.waitingJobs) {
    update.add('waitingJobs', to.waitingJobs - from.waitingJobs);
  }
  if (to.turn !== from.turn) update.set('turn', to.turn);
  if (to.ticket !== from.ticket) {
    update.set('ticket', to.ticket);
    update.set('ticketAt', to.ticketAt);
  }
  if (!update.changes) return [];
  requireShare(update, from);
  // One more upload that waits changes nothing for another one that begins to wait: a burst of an owner must not repeat
  // its transactions.
  if (upload.step !== 'queue') update.requireNumber('waitingJobs', from.waitingJobs);
  if (upload.step === 'queue' && upload.upload.quota === 'reserved') {
    const bytes = { from: 'reserved', to: 'used', bytes: upload.upload.size } as const;
    update.merge(quotaUpdate(table, owner, bytes));
  }
  return [{ Update: update.input() }];
}

function requireShare(update: ItemUpdate, { jobs, ticket }: OwnerShare): void {
  if (ticket === undefined) update.require('attribute_not_exists(#ticket)', ['ticket'], {});
  else update.require('#ticket = :seenTicket', ['ticket'], { ':seenTicket': ticket });
  if (jobs.length === 0) update.require('attribute_not_exists(#jobs)', ['jobs'], {});
  else update.require('size(#jobs) = :seenJobs', ['jobs'], { ':seenJobs': jobs.length });
}

function ringUpdate(table: Table, { owner, before, after }: AdmissionChange): TransactionItems {
  const from = before.share;
  const to = after.share;
  if (from.ticket === to.ticket) return [];
  const keyOf = ({ ticket, ticketAt = '' }: OwnerShare) =>
    ticket === undefined ? undefined : ringEntryKey(owner, ticket, ticketAt);
  const [left, entered] = [keyOf(from), keyOf(to)];
  return [
    ...(left ? [{ Delete: existing(table, left) }] : []),
    ...(entered ? [{ Put: { TableName: table.name, Item: { ...entered } } }] : []),
  ];
}

function existing({ name }: Table, key: ItemKey) {
  return { TableName: name, Key: key, ConditionExpression: 'attribute_exists(pk)' };
}

function queueUpdate(table: Table, { owner, upload }: AdmissionChange): TransactionItems {
  switch (upload.step) {
    case 'queue': {
      const { uploadId } = upload.upload;
      const Item = { ...queueEntryKey(owner, upload.queueKey), uploadId };
      return [{ Put: { TableName: table.name, Item } }];
    }
    case 'start':
    case 'unqueue':
      return [{ Delete: existing(table, queueEntryKey(owner, upload.entry.queueKey)) }];
    case 'none':
      return [];
  }
}

function missingIn(ids: readonly string[], more: readonly string[]): string[] {
  return more.filter((id) => !ids.includes(id));
}
