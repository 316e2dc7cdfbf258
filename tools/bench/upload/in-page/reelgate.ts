import { upload } from '@reelgate/client';
import type { Send } from '../order.ts';

/** The client with its defaults. */
export const sendByReelgate: Send<File> = async (file, { api, token }) => {
  const accepted = await upload(file, { api, getToken: () => token }).done;
  return accepted.id;
};
