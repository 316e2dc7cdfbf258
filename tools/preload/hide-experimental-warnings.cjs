// Type stripping, node:sqlite and jest's ES modules print warnings that nobody here can act on. The flag
// --disable-warning does the same, but a Node before 20.11 refuses to start with it and prints no reason.
const emitWarning = process.emitWarning;
process.emitWarning = (warning, ...rest) => {
  const [options] = rest;
  const type = options && typeof options === 'object' ? options.type : options;
  const name = warning instanceof Error ? warning.name : type;
  if (name !== 'ExperimentalWarning') emitWarning.call(process, warning, ...rest);
};
