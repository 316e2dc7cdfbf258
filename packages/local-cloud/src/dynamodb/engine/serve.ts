import { randomUUID } from 'node:crypto';
import { createDynamoDbEngine } from './engine.ts';
import { createDynamoDbServer } from './http-server.ts';
import { listenOnLoopback, systemClock } from './shared.ts';

// Serves the engine alone, for conformance runs: node serve.ts <folder> <port>
const [, , folder, port] = process.argv;
if (folder === undefined || !/^\d+$/.test(port ?? '')) {
  throw new Error('Expected a folder and a port: node serve.ts <folder> <port>');
}
const engine = createDynamoDbEngine({ folder, clock: systemClock });
const server = createDynamoDbServer(engine, randomUUID);
console.log(`listening on 127.0.0.1:${await listenOnLoopback(server, Number(port))}`);
