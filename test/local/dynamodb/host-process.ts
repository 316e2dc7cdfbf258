import { createDynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { allowEverySignedCaller } from '../../../local/kernel/caller.ts';

// Starts DynamoDB Local, says so, and waits to be killed.
const [, , folder = ''] = process.argv;
await createDynamoDb({ folder, authorize: allowEverySignedCaller }).ready;
console.log('ready');
setInterval(() => {}, 1000);
