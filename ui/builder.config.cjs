// Owns what the extension's builder is told beyond its defaults: numbers in order, not made from this machine's paths.
module.exports = { optimization: { moduleIds: "natural", chunkIds: "natural" } };
