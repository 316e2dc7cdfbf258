/** How many accounts the transfers go between. */
export const ACCOUNTS = 8;

/** The request with this number: transfers between two accounts, now and then a put or a delete. */
export function crashRequest(number: number): readonly [string, object] {
  const TableName = 'accounts';
  const account = (index: number) => ({ pk: { S: `account-${index % ACCOUNTS}` } });
  if (number % 5 === 3) {
    const Item = { pk: { S: `item-${number}` }, group: { S: 'items' } };
    return ['PutItem', { TableName, Item }];
  }
  if (number % 5 === 4) {
    return ['DeleteItem', { TableName, Key: { pk: { S: `item-${number - 11}` } } }];
  }
  const add = (key: object, amount: number) => ({
    Update: {
      TableName,
      Key: key,
      UpdateExpression: 'ADD balance :amount, writes :one SET #g = :g',
      ExpressionAttributeNames: { '#g': 'group' },
      ExpressionAttributeValues: {
        ':amount': { N: String(amount) },
        ':one': { N: '1' },
        ':g': { S: 'accounts' },
      },
    },
  });
  const TransactItems = [add(account(number), number + 1), add(account(number + 1), -number - 1)];
  return ['TransactWriteItems', { TransactItems, ClientRequestToken: `token-${number}` }];
}
