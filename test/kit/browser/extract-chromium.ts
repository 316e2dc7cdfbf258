import chromium from '@sparticuz/chromium';

// A process of its own (chromium-binary.ts): the package extracts to what TMPDIR says, under fixed names.
await chromium.executablePath();
