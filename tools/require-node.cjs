// Preloaded by the npm scripts (plain CommonJS, so that an old Node can still read it).
const major = Number(process.versions.node.split('.')[0]);
if (major < 22) {
  console.error(
    `reelgate needs Node 22 or newer and this is ${process.version}: run it through npm (npm start, npm run demo), which brings Node 24.`,
  );
  process.exit(1);
}
