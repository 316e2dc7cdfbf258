import { createDynamoDb } from '../../src/dynamodb/dynamodb.ts';
import { allowEverySignedCaller } from '../../src/shared/caller.ts';

// Starts DynamoDB Local, says so, and waits to be killed.
const [, , folder = ''] = process.argv;
await createDynamoDb({ folder, authorize: allowEverySignedCaller }).ready;
console.log('ready');
setInterval(() => {}, 1000);
