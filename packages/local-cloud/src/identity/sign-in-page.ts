import { createHash } from 'node:crypto';

const STYLE = `
  body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; background: #f4f5f7; color: #16191f; }
  main { max-width: 22rem; margin: 12vh auto 0; padding: 2rem; background: #fff; border-radius: .5rem; }
  h1 { margin: 0 0 1rem; font-size: 1.25rem; }
  label { display: block; margin-top: 1rem; font-weight: 600; }
  input { box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; border: 1px solid #687078; border-radius: .25rem; }
  button { width: 100%; margin-top: 1.5rem; padding: .6rem; font: inherit; font-weight: 600; color: #fff; background: #0b5cad; border: 0; border-radius: .25rem; }
  [role=alert] { padding: .5rem .75rem; color: #8c1010; background: #fdecec; border-radius: .25rem; }
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Headers of every page: no scripts, only this style, no other content, no frames. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
};

/** The sign-in page. The form is sent to `action`. */
export function signInPage(page: {
  readonly action: string;
  readonly username?: string;
  readonly problem?: string;
}): string {
  const problem = page.problem
    ? `<p role="alert" id="problem">${escapeHtml(page.problem)}</p>`
    : '';
  const described = page.problem ? ' aria-describedby="problem"' : '';
  return document(
    'Sign in',
    `<h1>Sign in</h1>
    ${problem}
    <form method="post" action="${escapeHtml(page.action)}">
      <label for="username">User name</label>
      <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus value="${escapeHtml(page.username ?? '')}"${described}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required${described}>
      <button>Sign in</button>
    </form>`,
  );
}

/** A page for an error that cannot be returned to the client. */
export function problemPage(title: string, detail: string): string {
  return document(title, `<h1>${escapeHtml(title)}</h1><p role="alert">${escapeHtml(detail)}</p>`);
}

function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)}</title>
    <style>${STYLE}</style>
  </head>
  <body><main>${body}</main></body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
