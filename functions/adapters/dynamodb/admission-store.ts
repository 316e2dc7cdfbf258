import { bind } from '../bind.ts';
import { changeAdmission, renewToken } from './change-admission.ts';
import { countAhead, firstInQueue, firstInRing, readShare, readSlots } from './read-admission.ts';
import type { Table } from './table.ts';

/** Slots, ring and queues of the table. */
export function admissionStore(table: Table) {
  return bind(table, {
    slots: readSlots,
    share: readShare,
    firstInRing,
    firstInQueue,
    countAhead,
    change: changeAdmission,
    renewToken,
  });
}
