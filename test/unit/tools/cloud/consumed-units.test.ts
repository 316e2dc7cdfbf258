import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consumedCapacity, totalUnits, unitsBy } from '../../../../tools/cloud/consumed-units.ts';
import { functionOf } from '../../../../tools/cloud/function-of.ts';

const entry = (caller: string, readUnits: number, writeUnits: number) => ({
  time: '2026-01-02T03:04:05.678Z',
  caller,
  operation: 'UpdateItem',
  table: 'uploads',
  readUnits,
  writeUnits,
});

const GET = 'arn:aws:iam::000000000000:role/app-getuploadservicerole1234';
const CREATE = 'arn:aws:iam::000000000000:role/app-CreateUploadServiceRole1234';

describe('Consumed units', () => {
  it('are read from the log of a cloud, without those of its operator', () => {
    const folder = mkdtempSync(join(tmpdir(), 'consumed-'));
    const entries = [entry(GET, 1, 0), entry('root', 5, 5), entry(CREATE, 0, 9)];
    const lines = entries.map((each) => `${JSON.stringify(each)}\n`);
    writeFileSync(join(folder, 'consumed-capacity.ndjson'), lines.join(''));
    expect(consumedCapacity(folder)).toEqual([entry(GET, 1, 0), entry(CREATE, 0, 9)]);
    rmSync(folder, { recursive: true });
  });

  it('are summed up by function, in the order of the names', () => {
    const entries = [entry(GET, 1, 0), entry(CREATE, 0, 9), entry(GET, 0.5, 0)];
    const units = unitsBy(entries, (role) => functionOf(role) ?? 'workflow');
    expect([...units]).toEqual([
      ['create-upload', { requests: 1, reads: 0, writes: 9 }],
      ['get-upload', { requests: 2, reads: 1.5, writes: 0 }],
    ]);
    expect(totalUnits(units.values())).toEqual({ requests: 3, reads: 1.5, writes: 9 });
  });
});

describe('The function of a physical name', () => {
  it('is the one whose name the name contains, the longest of several', () => {
    expect(functionOf(GET)).toBe('get-upload');
    expect(functionOf(CREATE)).toBe('create-upload');
    expect(functionOf('app-createcompanionsession-x')).toBe('create-companion-session');
  });

  it('is undefined for the role of anything else', () => {
    expect(functionOf('arn:aws:iam::000000000000:role/app-statemachinerole')).toBeUndefined();
  });
});
