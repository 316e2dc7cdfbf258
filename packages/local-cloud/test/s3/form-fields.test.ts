import { Readable } from 'node:stream';
import {
  FormFields,
  MAX_FIELD_BYTES,
  MAX_FIELDS,
  MAX_FIELDS_BYTES,
} from '../../src/s3/http/form-fields.ts';

const TOO_LARGE = expect.objectContaining({ code: 'MaxPostPreDataLengthExceededError' });
const refusal = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('The fields of a form', () => {
  it('have names in lower case; the last value of a name counts', async () => {
    const fields = new FormFields();
    fields.add('Key', 'a');
    fields.add('KEY', 'b');
    expect([...(await fields.complete())]).toEqual([['key', 'b']]);
  });

  it('have at most 20 KiB with their names, without the policy', () => {
    const fields = new FormFields();
    fields.add('Policy', 'p'.repeat(MAX_FIELDS_BYTES));
    fields.add('key', 'a'.repeat(MAX_FIELDS_BYTES - 3));
    expect(refusal(() => fields.add('b', ''))).toEqual(TOO_LARGE);
  });

  it('count by their bytes, not by their characters', () => {
    const fields = new FormFields();
    fields.add('k', 'ü'.repeat((MAX_FIELDS_BYTES - 2) / 2));
    expect(refusal(() => fields.add('', 'ü'))).toEqual(TOO_LARGE);
  });

  it('are at most 1000, also with the same name', () => {
    const fields = new FormFields();
    for (let count = 0; count < MAX_FIELDS; count++) fields.add('', '');
    expect(refusal(() => fields.add('', ''))).toEqual(TOO_LARGE);
  });

  it('with a file name are read up to the limit', async () => {
    const fields = new FormFields();
    const chunk = Buffer.alloc(64 * 1024);
    let produced = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          produced += chunk.length;
          yield chunk;
        }
      })(),
    );
    const error = await new Promise((resolve) => fields.addStream('policy', endless, resolve));
    expect(error).toEqual(TOO_LARGE);
    expect(endless.destroyed).toBe(true);
    expect(produced).toBeLessThan(MAX_FIELD_BYTES + 20 * chunk.length);
    await expect(fields.complete()).rejects.toEqual(TOO_LARGE);
  });
});
