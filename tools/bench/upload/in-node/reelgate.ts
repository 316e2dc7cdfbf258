import { upload } from '@reelgate/client';
import { serve } from './serve.ts';

serve(async (path, { api, token }) => {
  const accepted = await upload(path, { api, getToken: () => token }).done;
  return accepted.id;
});
