import type { DynamoDbResponse } from '../../src/dynamodb/dynamodb-local.ts';
import { tableProperties } from '../../src/dynamodb/table-properties.ts';
import { tableProvider } from '../../src/dynamodb/table-provider.ts';

const FAILS = { status: 500, type: 'com.amazonaws.dynamodb.v20120810#InternalFailure' };
const ABSENT = { status: 400, type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException' };

/** A database whose first descriptions of a table fail so often; the table is not there. */
function failing(times: number) {
  const asked: string[] = [];
  const answer = (operation: string) => {
    asked.push(operation);
    if (operation !== 'DescribeTable') return { status: 200, body: '{}' };
    const { status, type } = asked.length <= times ? FAILS : ABSENT;
    return { status, body: JSON.stringify({ __type: type }) };
  };
  const database = {
    async send(operation: string) {
      const { status, body } = answer(operation);
      return { status, body: Buffer.from(body) } as DynamoDbResponse;
    },
    async close() {},
  };
  const provider = tableProvider(Promise.resolve(database), () => {});
  const properties = tableProperties.parse({
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  });
  const request = { stackName: 's', logicalId: 'T', physicalName: 's-t-1', properties };
  return { asked, provide: () => provider.provide(request as never) };
}

describe('A table whose description fails', () => {
  it('is asked for again, and made', async () => {
    const { asked, provide } = failing(2);
    expect(await provide()).toMatchObject({ ref: 's-t-1' });
    expect(asked.slice(0, 4)).toEqual([...Array(3).fill('DescribeTable'), 'CreateTable']);
  });

  it('is given up after five times, with what the database said', async () => {
    const { asked, provide } = failing(9);
    await expect(provide()).rejects.toThrow(/s-t-1 answered .*InternalFailure/);
    expect(asked).toHaveLength(5);
  });
});
