import chromium from '@sparticuz/chromium';

// Runs as a process of its own (chromium-binary.ts), because the package extracts to TMPDIR under fixed names.
await chromium.executablePath();
