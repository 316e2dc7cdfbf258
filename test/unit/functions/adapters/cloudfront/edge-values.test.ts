import {
  ConflictException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { TransientError } from '../../../../../core/transient-error.ts';
import {
  getEdgeValue,
  updateEdgeValues,
} from '../../../../../functions/adapters/cloudfront/edge-values.ts';
import { fakeClient } from '../fake-client.ts';

const conflict = () => new ConflictException({ message: 'x', $metadata: {} });

function storeWith(responses: Parameters<typeof fakeClient>[0]) {
  const { client, sent } = fakeClient(responses);
  return { store: { client, arn: 'arn:store' }, sent };
}

describe('A value at the edge', () => {
  it('is read by its name, and undefined where there is none', async () => {
    const found = storeWith({ GetKey: () => ({ Value: 'v' }) });
    expect(await getEdgeValue(found.store, 'keys')).toBe('v');
    const absent = () => new ResourceNotFoundException({ message: 'x', $metadata: {} });
    expect(await getEdgeValue(storeWith({ GetKey: absent }).store, 'keys')).toBeUndefined();
  });

  it('is written with the ETag of the store', async () => {
    const { store, sent } = storeWith({
      DescribeKeyValueStore: () => ({ ETag: 'e1' }),
      UpdateKeys: () => ({}),
    });
    await updateEdgeValues(store, { put: { a: '1' }, delete: ['b'] });
    expect(sent.at(-1)).toEqual([
      'UpdateKeys',
      {
        KvsARN: 'arn:store',
        IfMatch: 'e1',
        Puts: [{ Key: 'a', Value: '1' }],
        Deletes: [{ Key: 'b' }],
      },
    ]);
  });

  it('is written again with the new ETag where another writer was faster', async () => {
    let etag = 0;
    const { store, sent } = storeWith({
      DescribeKeyValueStore: () => ({ ETag: `e${++etag}` }),
      UpdateKeys: ({ IfMatch }) => (IfMatch === 'e1' ? conflict() : {}),
    });
    await updateEdgeValues(store, { put: { a: '1' } });
    expect(
      sent.filter(([name]) => name === 'UpdateKeys').map(([, { IfMatch }]) => IfMatch),
    ).toEqual(['e1', 'e2']);
  });

  it('that others write all the time is a transient error', async () => {
    const { store, sent } = storeWith({
      DescribeKeyValueStore: () => ({ ETag: 'e' }),
      UpdateKeys: conflict,
    });
    await expect(updateEdgeValues(store, { put: { a: '1' } })).rejects.toThrow(TransientError);
    expect(sent.filter(([name]) => name === 'UpdateKeys')).toHaveLength(5);
  });
});
