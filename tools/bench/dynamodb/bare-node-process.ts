import { createServer } from 'node:http';

// Answers every request with {}: node bare-node-process.ts <port>
const port = Number(process.argv[2]);
createServer((request, response) => {
  request.resume();
  request.on('end', () => response.end('{}'));
}).listen(port, '127.0.0.1');
