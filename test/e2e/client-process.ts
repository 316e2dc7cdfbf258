import { fileStore, upload } from '@reelgate/client';

/** A process that uploads a file and tells every part that has arrived: made to be killed. */
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
