import { upload } from '@reelgate/client';
import type { Send } from '../order.ts';

/** The client as an app calls it, with everything that it does unless told otherwise. */
export const sendByReelgate: Send<File> = async (file, { api, token }) => {
  const accepted = await upload(file, { api, getToken: () => token }).done;
  return accepted.id;
};
