// Builds src/ into one script and writes it, with its compressed forms and digests, as a Python module that `collect`
// can import without reading a file:
//   node build.js           writes layers/core/pixelweave/tag_script.py
//   node build.js --print   prints the script instead
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";

const here = dirname(fileURLToPath(import.meta.url));
const output = join(here, "..", "layers", "core", "pixelweave", "tag_script.py");

/** The script: bundled by esbuild, minified by terser, and wrapped so that not even its start can throw. */
async function make() {
  const bundled = await build({
    absWorkingDir: here,
    entryPoints: ["src/tag.ts"],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2020",
    minifySyntax: true,
    charset: "utf8",
    banner: { js: "try{" },
    footer: { js: "}catch{}" },
  });
  const made = await minify(bundled.outputFiles[0].text, {
    ecma: 2020,
    toplevel: true,
    compress: { passes: 3, unsafe_arrows: true, pure_getters: true, booleans_as_integers: false },
    mangle: { toplevel: true },
    format: { ascii_only: true },
  });
  return Buffer.from(made.code);
}

/** The SHA-256 of what the script is made from; tests/unit/test_tag_script.py computes the same without node. */
function digestSources() {
  const names = readdirSync(join(here, "src")).map((name) => `src/${name}`);
  const digest = createHash("sha256");
  for (const name of [...names, "build.js", "package-lock.json"].sort()) {
    digest.update(`${name}\0`).update(readFileSync(join(here, name))).update("\0");
  }
  return digest.digest("hex");
}

function write(name, bytes) {
  const lines = bytes.toString("base64").match(/.{1,100}/g);
  return [`${name} = (`, ...lines.map((line) => `    "${line}"`), ")"].join("\n");
}

const script = await make();
if (process.argv.includes("--print")) {
  process.stdout.write(script);
} else {
  const gzip = gzipSync(script, { level: 9 });
  gzip[9] = 255; // the operating system, which must not make a difference
  const brotli = brotliCompressSync(script, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: script.length,
    },
  });
  const sha256 = createHash("sha256").update(script).digest("hex");
  writeFileSync(
    output,
    [
      '"""The tag as it is served, made by `make tag` from tag/src: change it there."""',
      "",
      `SHA256 = "${sha256}"`,
      `VERSION = "${sha256.slice(0, 16)}"`,
      `INTEGRITY = "sha384-${createHash("sha384").update(script).digest("base64")}"`,
      `SOURCES = "${digestSources()}"`,
      "",
      "# Base64, as API Gateway takes them.",
      write("PLAIN", script),
      write("GZIP", gzip),
      write("BROTLI", brotli),
      "",
    ].join("\n"),
  );
  console.log(`${sha256.slice(0, 16)}: ${script.length} bytes, gzip ${gzip.length}, br ${brotli.length}`);
}
