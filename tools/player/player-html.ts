/** The player page. Its script is at `/page.js`; no other code runs in it. */
export function playerHtml(api: string): string {
  return `<!doctype html>
<html lang="en" data-api="${attribute(api)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Watch – reelgate</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 64rem; padding: 1rem; }
h1 { font-size: 1.25rem; margin: 0 0 1rem; }
video { width: 100%; aspect-ratio: 16 / 9; background: #000; border-radius: .5rem; }
p { margin: 1rem 0 0; }
</style>
</head>
<body>
<main>
<h1>reelgate: watch a video</h1>
<video controls playsinline aria-label="Video"></video>
<p role="status">Loading …</p>
</main>
<script type="module" src="/page.js"></script>
</body>
</html>
`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
