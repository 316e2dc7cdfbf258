import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { newCapability } from '../../../../../core/grants/capability.ts';
import { findCapability } from '../../../../../functions/adapters/dynamodb/capabilities.ts';

const NOW = Date.parse('2026-03-04T05:06:07.000Z');
const { capability, item } = newCapability(
  { owner: 'YQ', subject: 'a' },
  new Uint8Array(32).fill(7),
  NOW,
  60,
);

/** A table with one capability, on every replica or on the leader only. */
function tableWith(spread: 'everywhere' | 'leader') {
  const send = async (command: unknown) => {
    if (!(command instanceof GetCommand)) throw new TypeError('Only GetItem is expected.');
    const { Key, ConsistentRead = false } = command.input;
    const seen = ConsistentRead || spread === 'everywhere';
    return seen && Key?.pk === item.pk && Key.sk === item.sk ? { Item: item } : {};
  };
  return { client: { send } as unknown as DynamoDBDocumentClient, name: 't' };
}

describe('A capability', () => {
  it('is found immediately after its creation, before every replica has it', async () => {
    expect(await findCapability(tableWith('leader'), capability, NOW)).toEqual(item);
  });

  it('expires after its last second, even if the table still has it', async () => {
    const table = tableWith('everywhere');
    expect(await findCapability(table, capability, NOW + 59_999)).toEqual(item);
    expect(await findCapability(table, capability, NOW + 60_000)).toBeUndefined();
  });

  it('that was never created is not found, nor is a text that cannot be one', async () => {
    const table = tableWith('everywhere');
    expect(await findCapability(table, 'A'.repeat(43), NOW)).toBeUndefined();
    expect(await findCapability(table, item.pk, NOW)).toBeUndefined();
  });
});
