import { sendByLibStorage } from '../lib-storage.ts';
import type { Send, SendOrder, Sent } from '../order.ts';
import { sendBare } from './bare.ts';
import { sendByReelgate } from './reelgate.ts';
import { sendByUppy5, sendByUppy5Signed } from './uppy-5.ts';
import { sendByUppy6, sendByUppy6Signed } from './uppy-6.ts';

const SENDERS = {
  reelgate: sendByReelgate,
  'uppy-6': sendByUppy6,
  'uppy-6-signed': sendByUppy6Signed,
  'uppy-5': sendByUppy5,
  'uppy-5-signed': sendByUppy5Signed,
  'lib-storage': sendByLibStorage,
  bare: sendBare,
} satisfies Readonly<Record<string, Send<File>>>;

export type PageSender = keyof typeof SENDERS;

/** Sends the file in the page's input. */
async function send(sender: PageSender, order: SendOrder): Promise<Sent> {
  const file = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
  if (!file) throw new Error('No file was chosen.');
  const began = performance.now();
  const uploadId = await SENDERS[sender](file, order);
  return { ms: performance.now() - began, uploadId };
}

Object.assign(globalThis, { send });
