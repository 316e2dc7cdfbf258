import { fileStore, upload } from '@reelgate/client';

/** A process that uploads a file and prints each received part. Tests kill it. */
const [path = '', api = '', token = '', stateFolder = ''] = process.argv.slice(2);
const transfer = upload(path, {
  api,
  getToken: () => token,
  store: fileStore(stateFolder),
  concurrency: 2,
  onProgress: (progress) => console.log(JSON.stringify(progress)),
});
await transfer.done;
console.log('done');
